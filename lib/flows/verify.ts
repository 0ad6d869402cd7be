import { type App, settingsOf } from '../app.js';
import { judge } from '../domain/decide/judge.js';
import type { Judgement } from '../domain/decide/judgement.js';
import type { Settings } from '../domain/settings.js';
import { SECOND } from '../domain/time.js';
import type { Series } from '../domain/window.js';
import { AppError, type ErrorCode } from '../errors.js';
import type { ActionRequest, Prepared, Reported } from '../platforms/platform.js';
import { componentsById } from '../store/components.js';
import { readControl } from '../store/control.js';
import { findRecovery, type StoredRecovery } from '../store/recoveries.js';
import { postponeVerification } from '../store/recovery-progress.js';
import { finishRecovery } from './finish-recovery.js';
import { heal } from './heal.js';
import { judgeUndo } from './judge-undo.js';
import { type Look, lookNow } from './look-now.js';
import { publishRecoveries } from './outbox.js';
import type { Outcome } from './recover.js';
import { targetOf } from './target.js';
import { pageWorse } from './undo-recovery.js';
import { undoWorse } from './undo-worse.js';

/** Messages may come early by as much as two clocks differ, milliseconds. */
const EARLY_MS = 2000;

/** Points that the success ratio is taken over at the most. */
const RECENT = 20;

/** Whatever its samples say now, they are of something else. */
const MOVED = 'the component was moved elsewhere before this could be verified';

/** Failures to report that no second try mends. */
const FINAL: readonly ErrorCode[] = ['refused', 'upstream_refused', 'misconfigured', 'not_found'];

/**
 * Verify one recovery after its settling time: ask the executor how it ended, look at the component, and
 * judge. Succeeded ends it; failed ends it and the plan goes on; worse undoes it where it can be undone,
 * and the plan stops. Missing samples are waited for. An undo is judged by its executor alone.
 *
 * Safe to repeat: only a recovery that is verifying is verified, and only one of two callers ends it.
 *
 * @throws {AppError} when the queue should try again
 */
export async function verify(app: App, recoveryId: string): Promise<Outcome> {
  const recovery = await findRecovery(app.sql, recoveryId);
  if (recovery === null) return { outcome: 'unknown recovery' };
  if (recovery.state !== 'verifying') return { outcome: `already ${recovery.state}` };
  const control = await readControl(app.sql);
  const settings = settingsOf(app.baseSettings, control?.settings ?? {});
  const look = await lookNow(app, recovery.componentId, settings, control);
  if (look === null) return end(app, recovery, gone(), null);
  const earlyMs = (recovery.verifyAt?.getTime() ?? 0) - look.now.getTime();
  if (earlyMs > EARLY_MS) {
    throw new AppError('unavailable', 'it is too early to verify', {
      retryAfterS: Math.ceil(earlyMs / SECOND),
    });
  }
  const reported = await report(app, recovery);
  const judged = judge(await judgeInput(app, { recovery, look, reported, settings }));
  const judgement = recovery.origin === 'undo' ? judgeUndo(judged, reported) : judged;
  if (judgement.kind === 'wait') return postpone(app, recovery, settings);
  return end(app, recovery, judgement, reported.kind === 'pending' ? null : reported.result);
}

type Ended = Exclude<Judgement, { kind: 'wait' }>;

function gone(): Ended {
  const why = 'the component was removed before this could be verified';
  return { kind: 'failed', why, proof: { verdict: 'failed', why } };
}

async function report(app: App, recovery: StoredRecovery): Promise<Reported> {
  const component = (await componentsById(app.sql, [recovery.componentId])).get(
    recovery.componentId,
  );
  const { target, moved } = targetOf(recovery, component);
  if (moved) return { kind: 'failed', why: MOVED, result: null };
  const request: ActionRequest = {
    recoveryId: recovery.id,
    component: recovery.component,
    target,
    action: recovery.action,
    byPerson: recovery.origin !== 'automatic',
  };
  const prepared: Prepared = {
    before: recovery.before,
    after: recovery.after,
    inverse: recovery.inverse,
  };
  const since = recovery.startedAt ?? recovery.createdAt;
  try {
    const platform = app.platforms[recovery.executor];
    return await platform.report(request, prepared, since, recovery.result);
  } catch (error) {
    return unreported(error);
  }
}

/** What an executor that refuses will never report; one that is away is waited for, as for samples. */
function unreported(error: unknown): Reported {
  if (!(error instanceof AppError)) throw error;
  if (error.code === 'upstream_unavailable') return { kind: 'pending' };
  if (!FINAL.includes(error.code)) throw error;
  return { kind: 'failed', why: error.message, result: null };
}

async function judgeInput(
  app: App,
  {
    recovery,
    look,
    reported,
    settings,
  }: { recovery: StoredRecovery; look: Look; reported: Reported; settings: Settings },
): Promise<Parameters<typeof judge>[0]> {
  const { window, assessment, watched, now } = look;
  const actedAt = effectiveAt(recovery, reported);
  const verifyAt = recovery.verifyAt ?? now;
  const settled = (recovery.actedAt ?? recovery.createdAt).getTime() + settleMs(recovery, verifyAt);
  const { health_url: healthUrl } = watched.component;
  const probed = healthUrl === null ? null : await app.probe(healthUrl);
  const errors = window.series['error_rate'];
  return {
    premise: recovery.premise,
    after: assessment,
    successRatio: errors === undefined ? null : 1 - mean(since(errors, actedAt).slice(-RECENT)),
    freshSamples: freshSamples(look, actedAt),
    reported,
    probe: probed === null ? null : probed.answered ? 'answers' : 'fails',
    waitedS: Math.max(0, (now.getTime() - settled) / SECOND),
    actedAt,
    settings,
  };
}

/** When the action can have had its effect: once it was called, or once its executor says that it ended. */
function effectiveAt({ actedAt, createdAt }: StoredRecovery, reported: Reported): Date {
  const called = actedAt ?? createdAt;
  const ended = reported.kind === 'done' ? (reported.endedAt ?? called) : called;
  return new Date(Math.max(ended.getTime(), called.getTime()));
}

/** A verification that was put off keeps counting its patience from the first settling time. */
function settleMs({ actedAt, proof }: StoredRecovery, verifyAt: Date): number {
  const first = proof?.['first_verify_at'];
  const at = typeof first === 'string' ? new Date(first) : verifyAt;
  return at.getTime() - (actedAt?.getTime() ?? at.getTime());
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Values of a series after an instant. */
const since = ({ at, y }: Series, instant: Date): number[] =>
  y.filter((_, i) => (at[i] ?? 0) > instant.getTime());

/** Points since the action of the metric that has most. */
function freshSamples({ window }: Look, actedAt: Date): number {
  const counts = Object.values(window.series).map(
    ({ at }) => at.filter((instant) => instant > actedAt.getTime()).length,
  );
  return Math.max(0, ...counts);
}

async function postpone(app: App, recovery: StoredRecovery, settings: Settings): Promise<Outcome> {
  const { id, token } = recovery;
  const put = await postponeVerification(app.sql, { id, token }, settings.intervalS);
  if (put.length > 0) {
    await publishRecoveries(app, [
      { id, token: token + 1, kind: 'verify', delayS: settings.intervalS },
    ]);
  }
  return { outcome: 'waiting for samples' };
}

async function end(
  app: App,
  recovery: StoredRecovery,
  judgement: Ended,
  result: Readonly<Record<string, unknown>> | null,
): Promise<Outcome> {
  const { id, token } = recovery;
  const ended = await finishRecovery(
    app,
    recovery,
    { id, token },
    {
      from: ['verifying'],
      to: judgement.kind === 'succeeded' ? 'succeeded' : 'failed',
      why: judgement.why,
      result: result === null ? null : { ...recovery.result, ...result },
      proof: judgement.proof,
      along: judgement.kind === 'worse' ? pageWorse(app, recovery, judgement.why) : [],
    },
  );
  if (!ended) return { outcome: 'ended by another' };
  if (judgement.kind === 'worse') await undoWorse(app, recovery, judgement.why);
  if (judgement.kind !== 'succeeded') await heal(app, recovery.componentId);
  return { outcome: judgement.kind };
}
