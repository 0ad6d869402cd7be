import { type App, settingsOf } from '../app.js';
import { AppError } from '../errors.js';
import type { ActionRequest, Looked, Prepared } from '../platforms/platform.js';
import { type ComponentView, componentsById } from '../store/components.js';
import { readControl } from '../store/control.js';
import { findRecovery, type StoredRecovery } from '../store/recoveries.js';
import { claimExecution } from '../store/recovery-claims.js';
import { keepCall, keepPrepared, releaseExecution } from '../store/recovery-progress.js';
import { abandon } from './abandon.js';
import { type Attempt, type Executed, isWorthAgain, LOOK_AGAIN_S } from './attempt.js';
import { isUnrepeatable } from './half-done.js';
import { requireCompatible } from './one-way.js';
import { putBackHalf } from './put-back-half.js';
import { recordAction } from './record-acted.js';
import { preparedOf, sealSecret } from './sealed-states.js';
import { statesNow } from './states-now.js';
import { requireStanding } from './still-stands.js';
import { stopNow } from './stop-now.js';
import { stopRecovery } from './stop-recovery.js';
import { targetOf } from './target.js';
import { requireWithinBounds } from './within-bounds.js';

/**
 * Claim a planned recovery (or one whose executor died) and carry it out, once.
 *
 * The state before the action is stored before the call; an attempt that finds a stored one looks whether
 * the call was made before it calls again. Guards and premise are looked at right before every call; what
 * was done before they refused is recorded all the same.
 *
 * @throws {AppError} when a further attempt may help; the claim has been given up then
 */
export async function execute(app: App, recoveryId: string): Promise<Executed> {
  const control = await readControl(app.sql);
  const settings = settingsOf(app.baseSettings, control?.settings ?? {});
  const claim = await claimExecution(app.sql, recoveryId, settings.claimS);
  const recovery = await findRecovery(app.sql, recoveryId);
  if (recovery === null) return { kind: 'not_due', state: 'gone' };
  if (claim === null) return notClaimed(recovery);
  const component = (await componentsById(app.sql, [recovery.componentId])).get(
    recovery.componentId,
  );
  const { token, attempts, startedAt } = claim;
  const attempt: Attempt = {
    held: { id: recoveryId, token },
    recovery,
    platform: app.platforms[recovery.executor],
    request: {
      recoveryId,
      component: recovery.component,
      target: targetOf(recovery, component).target,
      action: recovery.action,
      byPerson: recovery.origin !== 'automatic',
    },
    settings,
    attempts,
    startedAt,
  };
  try {
    return await carryOut(app, { ...attempt, request: await withPast(app, attempt, component) });
  } catch (error) {
    return failedAttempt(app, attempt, error);
  }
}

function notClaimed({ state, claimedUntil }: StoredRecovery): Executed {
  if (state !== 'executing') return { kind: 'not_due', state };
  const leftMs = (claimedUntil?.getTime() ?? 0) - Date.now();
  return { kind: 'held', retryAfterS: Math.max(1, Math.ceil(leftMs / 1000)) };
}

/** What an executor is told of the past: what an undo takes back, and what the ledger knows. */
async function withPast(
  app: App,
  { request, recovery, settings }: Attempt,
  component: ComponentView | undefined,
): Promise<ActionRequest> {
  const { undoes, action } = recovery;
  const undone = undoes === null ? null : await findRecovery(app.sql, undoes);
  return {
    ...request,
    ...(undone === null ? {} : { undoes: preparedOf(app, undone) }),
    ...(action.name === 'rollback' && {
      known: await statesNow(app, { recovery, target: request.target, settings, component }),
    }),
  };
}

async function carryOut(app: App, attempt: Attempt): Promise<Executed> {
  const { recovery } = attempt;
  if (recovery.before !== null) {
    return isUsedUp(attempt)
      ? abandon(app, attempt, { why: recovery.error ?? USED_UP, isUnsure: true })
      : carryOn(app, attempt);
  }
  const prepared = await attempt.platform.prepare(attempt.request);
  await requireStanding(app, recovery, attempt.request.undoes, prepared);
  await requireCompatible(app, recovery, attempt.request.undoes, prepared);
  await requireWithinBounds(app, recovery, attempt.request.undoes, prepared);
  const stop = await stopped(app, attempt);
  if (stop !== null) return stop;
  const kept = await keepPrepared(app.sql, attempt.held, {
    ...prepared,
    before: prepared.before ?? {},
    sealed: sealSecret(app, recovery.id, prepared),
  });
  if (kept.length === 0) return { kind: 'superseded' };
  const result = await attempt.platform.act(attempt.request, prepared);
  return acted(app, attempt, result);
}

const USED_UP = 'its attempts are used up';

/** Whether nothing is left but to look, and to put back what is half done. */
const isUsedUp = ({ attempts, settings, request }: Attempt): boolean =>
  attempts > settings.attempts && isUnrepeatable(request);

/** An earlier attempt got as far as the call: look whether it was made. */
async function carryOn(app: App, attempt: Attempt): Promise<Executed> {
  const { platform, request, recovery } = attempt;
  const prepared = preparedOf(app, recovery);
  const looked = await lookFor(attempt, prepared);
  if (looked.kind === 'done') return acted(app, attempt, looked.result);
  if (looked.kind === 'not_done' || looked.kind === 'partly') {
    const half = looked.kind === 'partly' ? { prepared, what: looked.why } : null;
    const stop = await stopped(app, attempt, half);
    if (stop !== null) return stop;
    const kept = await keepCall(app.sql, attempt.held);
    if (kept.length === 0) return { kind: 'superseded' };
    return acted(app, attempt, await platform.act(request, prepared));
  }
  throw new AppError('upstream_unavailable', `cannot tell whether it was done: ${looked.why}`, {
    retryAfterS: LOOK_AGAIN_S,
  });
}

/** Whether it was done. Where the one call that it takes was never taken there is nothing to look for. */
async function lookFor(
  { platform, request, recovery: { calledAt }, startedAt }: Attempt,
  prepared: Prepared,
): Promise<Looked> {
  if (calledAt === null && platform.isOneCall) return { kind: 'not_done' };
  return platform.look(request, prepared, startedAt, calledAt ?? startedAt);
}

async function acted(
  app: App,
  attempt: Attempt,
  result: Readonly<Record<string, unknown>>,
): Promise<Executed> {
  return { kind: (await recordAction(app, attempt, result)) ? 'acted' : 'superseded' };
}

/** Null when nothing speaks against a call right now; what is half done of what is stopped is put back. */
async function stopped(
  app: App,
  attempt: Attempt,
  half: { readonly prepared: Prepared; readonly what: string } | null = null,
): Promise<Executed | null> {
  const { held, recovery } = attempt;
  const stop = await stopNow(app, recovery, half !== null);
  if (stop === null) return null;
  const back = half && (await putBackHalf(app, attempt, half.prepared, half.what));
  const ended = await stopRecovery(app, recovery, held, stop, back?.text);
  return { kind: ended ? 'stopped' : 'superseded' };
}

/** Worth a second try: the queue comes back, until the attempts are used up. */
async function failedAttempt(app: App, attempt: Attempt, error: unknown): Promise<Executed> {
  const { held, attempts, settings, platform, recovery } = attempt;
  const again = isWorthAgain(error);
  const why = error instanceof AppError ? error.message : 'an unexpected error';
  // A call that was not taken is none: the next attempt finds what was known before it.
  const isNone = error instanceof AppError && error.notTaken && platform.isOneCall === true;
  if (again && attempts < settings.attempts) {
    await releaseExecution(app.sql, held, why, isNone ? recovery.calledAt : undefined);
    throw error;
  }
  return abandon(app, attempt, { why, isUnsure: again && !(isNone && recovery.calledAt === null) });
}
