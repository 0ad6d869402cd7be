import { type App, settingsOf } from '../app.js';
import type { Judgement } from '../domain/decide/judgement.js';
import type { Settings } from '../domain/settings.js';
import { SECOND } from '../domain/time.js';
import { AppError } from '../errors.js';
import { resetWindow } from '../store/component-state.js';
import { readControl } from '../store/control.js';
import { findRecovery, type StoredRecovery } from '../store/recoveries.js';
import { postponeVerification } from '../store/recovery-progress.js';
import type { Statement } from '../store/sql.js';
import { effectNotes, keptEffect, lateEffect } from './effect-time.js';
import { finishRecovery } from './finish-recovery.js';
import { heal } from './heal.js';
import { judgeEnd } from './judge-end.js';
import { lookNow } from './look-now.js';
import { publishRecoveries } from './outbox.js';
import type { Outcome } from './recover.js';
import { reportEnd } from './report-end.js';
import { pageWorse } from './undo-recovery.js';
import { undoWorse } from './undo-worse.js';

/** Messages may come early by as much as two clocks differ, milliseconds. */
const EARLY_MS = 2000;

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
  requireDue(recovery, look.now);
  const reported = await reportEnd(app, recovery);
  const late = lateEffect(recovery, reported, settings, look.now);
  if (late !== null) return beginAnew(app, recovery, settings, { at: late, now: look.now });
  const judgement = await judgeEnd(app, { recovery, look, reported, settings });
  if (judgement.kind === 'wait') {
    return postpone(
      app,
      recovery,
      settings,
      reported.kind === 'pending' ? { pending_at: look.now.toISOString() } : {},
    );
  }
  return end(app, recovery, judgement, reported.kind === 'pending' ? null : reported.result);
}

/** @throws {AppError} `unavailable` when the message came too early */
function requireDue({ verifyAt }: StoredRecovery, now: Date): void {
  const earlyMs = (verifyAt?.getTime() ?? 0) - now.getTime();
  if (earlyMs <= EARLY_MS) return;
  throw new AppError('unavailable', 'it is too early to verify', {
    retryAfterS: Math.ceil(earlyMs / SECOND),
  });
}

type Ended = Exclude<Judgement, { kind: 'wait' }>;

function gone(): Ended {
  const why = 'the component was removed before this could be verified';
  return { kind: 'failed', why, proof: { verdict: 'failed', why } };
}

async function postpone(
  app: App,
  { id, token }: StoredRecovery,
  { intervalS }: Settings,
  notes: Readonly<Record<string, unknown>>,
  along: readonly Statement[] = [],
): Promise<Outcome> {
  const [put] = await app.sql.transaction([
    postponeVerification(app.sql, { id, token }, intervalS, notes),
    ...along,
  ]);
  if ((put?.length ?? 0) > 0) {
    await publishRecoveries(app, [{ id, token: token + 1, kind: 'verify', delayS: intervalS }]);
  }
  return { outcome: 'waiting for samples' };
}

/** What was measured before the action took effect is no proof: the window begins anew from there. */
function beginAnew(
  app: App,
  recovery: StoredRecovery,
  settings: Settings,
  { at, now }: { readonly at: Date; readonly now: Date },
): Promise<Outcome> {
  return postpone(app, recovery, settings, effectNotes(at, now), [
    resetWindow(app.sql, recovery.componentId, at),
  ]);
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
      proof: { ...judgement.proof, ...keptEffect(recovery.proof) },
      along: judgement.kind === 'worse' ? pageWorse(app, recovery, judgement.why) : [],
    },
  );
  if (!ended) return { outcome: 'ended by another' };
  if (judgement.kind === 'worse') await undoWorse(app, recovery, judgement.why);
  if (judgement.kind !== 'succeeded') await heal(app, recovery.componentId);
  return { outcome: judgement.kind };
}
