import { type App, settingsOf } from '../app.js';
import { ACTION_CLASS } from '../domain/decide/action.js';
import type { Settings } from '../domain/settings.js';
import { AppError } from '../errors.js';
import type { ActionRequest, Platform } from '../platforms/platform.js';
import { componentsById } from '../store/components.js';
import { readControl } from '../store/control.js';
import { findRecovery, type StoredRecovery } from '../store/recoveries.js';
import { claimExecution } from '../store/recovery-claims.js';
import { type Held, keepCall, keepPrepared, releaseExecution } from '../store/recovery-progress.js';
import { finishRecovery } from './finish-recovery.js';
import { knownStates } from './known-states.js';
import { requireCompatible } from './one-way.js';
import { recordAction } from './record-acted.js';
import { preparedOf, sealSecret } from './sealed-states.js';
import { requireStanding } from './still-stands.js';
import { stopNow } from './stop-now.js';
import { stopRecovery } from './stop-recovery.js';
import { targetOf } from './target.js';

/** What came of an attempt to execute. */
export type Executed =
  | { readonly kind: 'acted' }
  | { readonly kind: 'failed' }
  /** Guards or premise speak against it now: it was ended before a (further) call. */
  | { readonly kind: 'stopped' }
  /** Another took the claim over in the middle, or everything was paused: a later attempt carries on. */
  | { readonly kind: 'superseded' }
  | { readonly kind: 'held'; readonly retryAfterS: number }
  | { readonly kind: 'not_due'; readonly state: string };

/** One attempt: what is held, and what it is done with. */
interface Attempt {
  readonly held: Held;
  readonly recovery: StoredRecovery;
  readonly platform: Platform;
  readonly request: ActionRequest;
  readonly settings: Settings;
  readonly attempts: number;
  readonly startedAt: Date;
}

/** What an executor of many seconds may answer while it cannot say whether the action was done, seconds. */
const LOOK_AGAIN_S = 20;

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
    return await carryOut(app, { ...attempt, request: await withPast(app, attempt) });
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
): Promise<ActionRequest> {
  const { undoes, componentId, action } = recovery;
  const undone = undoes === null ? null : await findRecovery(app.sql, undoes);
  return {
    ...request,
    ...(undone === null ? {} : { undoes: preparedOf(app, undone) }),
    ...(action.name === 'rollback' && {
      known: await knownStates(app, componentId, request.target, settings),
    }),
  };
}

async function carryOut(app: App, attempt: Attempt): Promise<Executed> {
  const { recovery } = attempt;
  if (recovery.before !== null) return carryOn(app, attempt);
  const prepared = await attempt.platform.prepare(attempt.request);
  await requireStanding(app, recovery, attempt.request.undoes, prepared);
  await requireCompatible(app, recovery, attempt.request.undoes, prepared);
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

/** An earlier attempt got as far as the call: look whether it was made. */
async function carryOn(app: App, attempt: Attempt): Promise<Executed> {
  const { platform, request, recovery, startedAt } = attempt;
  const prepared = preparedOf(app, recovery);
  const calledAt = recovery.calledAt ?? startedAt;
  const looked = await platform.look(request, prepared, startedAt, calledAt);
  if (looked.kind === 'done') return acted(app, attempt, looked.result);
  if (looked.kind === 'not_done' || looked.kind === 'partly') {
    const stop = await stopped(app, attempt, looked.kind === 'partly');
    if (stop !== null) return stop;
    const kept = await keepCall(app.sql, attempt.held);
    if (kept.length === 0) return { kind: 'superseded' };
    return acted(app, attempt, await platform.act(request, prepared));
  }
  throw new AppError('upstream_unavailable', `cannot tell whether it was done: ${looked.why}`, {
    retryAfterS: LOOK_AGAIN_S,
  });
}

async function acted(
  app: App,
  attempt: Attempt,
  result: Readonly<Record<string, unknown>>,
): Promise<Executed> {
  return { kind: (await recordAction(app, attempt, result)) ? 'acted' : 'superseded' };
}

/** Null when nothing speaks against a call right now. */
async function stopped(
  app: App,
  { held, recovery }: Attempt,
  isHalfDone = false,
): Promise<Executed | null> {
  const stop = await stopNow(app, recovery, isHalfDone);
  if (stop === null) return null;
  const ended = await stopRecovery(app, recovery, held, stop);
  return { kind: ended ? 'stopped' : 'superseded' };
}

/** Worth a second try: the queue comes back, until the attempts are used up. */
async function failedAttempt(app: App, attempt: Attempt, error: unknown): Promise<Executed> {
  const { held, attempts, settings, recovery } = attempt;
  const known = error instanceof AppError;
  const again = !known || error.code === 'upstream_unavailable' || error.code === 'unavailable';
  const message = known ? error.message : 'an unexpected error';
  if (again && attempts < settings.attempts) {
    await releaseExecution(app.sql, held, message);
    throw error;
  }
  const unsure = again && ACTION_CLASS[recovery.action.name] !== 'repeatable';
  const why = unsure ? `${message}; it may have been done: look before doing it again` : message;
  await finishRecovery(app, recovery, held, {
    from: ['executing'],
    to: 'failed',
    why,
    result: { success: false, component: recovery.component, message: why },
    proof: null,
  });
  return { kind: 'failed' };
}
