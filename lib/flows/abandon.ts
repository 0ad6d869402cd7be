import type { App } from '../app.js';
import { actionText } from '../domain/decide/action-text.js';
import { AppError } from '../errors.js';
import { findRecovery, type StoredRecovery } from '../store/recoveries.js';
import { releaseExecution } from '../store/recovery-progress.js';
import { type Attempt, type Executed, isWorthAgain, LOOK_AGAIN_S } from './attempt.js';
import { finishRecovery } from './finish-recovery.js';
import { canPutBack, isUnrepeatable, mayBeChanged } from './half-done.js';
import { publishRecoveries } from './outbox.js';
import { pageStatements } from './page-statements.js';
import { type PutBack, putBackHalf } from './put-back-half.js';
import { recordAction } from './record-acted.js';
import { preparedOf } from './sealed-states.js';

/** Why no further call is made. */
interface End {
  readonly why: string;
  /** Whether the last call may yet have an effect; one that was refused has none. */
  readonly isUnsure: boolean;
}

/** No call was made of which an effect may yet come. */
const NEVER = new Date(0);

/**
 * End a recovery of which no further call is to be made: its attempts are used up, or it was refused for good.
 *
 * Where it may be half done and could be put back, or its last call may yet have an effect that no repetition would
 * be safe beside, it is looked at first. While that cannot be told, later attempts look again, as many as it had for
 * its calls; then a person is asked.
 */
export async function abandon(app: App, attempt: Attempt, end: End): Promise<Executed> {
  const { held, platform, attempts, settings } = attempt;
  const recovery = await findRecovery(app.sql, held.id);
  if (recovery === null) return { kind: 'superseded' };
  // As it is by now: an attempt knows it from before its own call.
  const now = { ...attempt, recovery };
  const isWorthALook = canPutBack(platform, recovery) || mayYetCome(attempt, end, recovery);
  if (recovery.calledAt === null || !isWorthALook) return fail(app, now, end, null);
  try {
    return await lookAndEnd(app, now, end, lastCall(attempt, end, recovery));
  } catch (error) {
    if (isWorthAgain(error) && attempts < 2 * settings.attempts) {
      return lookAgain(app, attempt, end.why);
    }
    const text = mayBeChanged(recovery);
    return fail(app, now, end, text === null ? null : { isBack: false, text });
  }
}

/**
 * Whether a call of this attempt may yet have an effect, or one of an attempt before it that nobody has told of. What
 * this attempt could only look at shows no more by another look.
 */
function mayYetCome(
  { attempts, settings, request, recovery: begun }: Attempt,
  { isUnsure }: End,
  { calledAt }: StoredRecovery,
): boolean {
  const isOwn = calledAt?.getTime() !== begun.calledAt?.getTime();
  return isUnsure && isUnrepeatable(request) && (isOwn || attempts > settings.attempts);
}

/** The last call that may have had an effect. */
const lastCall = ({ recovery: begun }: Attempt, { isUnsure }: End, now: StoredRecovery): Date =>
  (isUnsure ? now : begun).calledAt ?? NEVER;

async function lookAndEnd(app: App, attempt: Attempt, end: End, calledAt: Date): Promise<Executed> {
  const { platform, request, startedAt, recovery } = attempt;
  const prepared = preparedOf(app, recovery);
  const looked = await platform.look(request, prepared, startedAt, calledAt);
  if (looked.kind === 'done') {
    const isKept = await recordAction(app, attempt, looked.result);
    return { kind: isKept ? 'acted' : 'superseded' };
  }
  if (looked.kind === 'unknown') throw new AppError('upstream_unavailable', looked.why);
  if (looked.kind === 'not_done') return fail(app, attempt, { ...end, isUnsure: false }, null);
  return fail(app, attempt, end, await putBackHalf(app, attempt, prepared, looked.why));
}

async function lookAgain(app: App, { held }: Attempt, why: string): Promise<Executed> {
  const released = await releaseExecution(app.sql, held, why);
  if (released.length === 0) return { kind: 'superseded' };
  await publishRecoveries(app, [{ ...held, kind: 'recover', delayS: LOOK_AGAIN_S }]);
  return { kind: 'given_up' };
}

async function fail(
  app: App,
  { held, recovery, request }: Attempt,
  { why: cause, isUnsure }: End,
  half: PutBack | null,
): Promise<Executed> {
  const { id, component, action, calledAt } = recovery;
  const isCalled = calledAt !== null && half === null;
  const unsure = isUnsure && isCalled && isUnrepeatable(request);
  const rest = unsure ? 'it may have been done: look before doing it again' : half?.text;
  const why = rest === undefined ? cause : `${cause}; ${rest}`;
  const isLeft = unsure || (half !== null && !half.isBack);
  const ended = await finishRecovery(app, recovery, held, {
    from: ['executing'],
    to: 'failed',
    why,
    result: { success: false, component, message: why },
    proof: null,
    along: isLeft
      ? pageStatements(app, recovery, {
          why: `${actionText(action, component)}: ${why}`,
          eventKey: `half:${id}`,
        })
      : [],
  });
  return { kind: ended ? 'failed' : 'superseded' };
}
