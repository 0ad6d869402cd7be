import type { App } from '../app.js';
import { SECOND } from '../domain/time.js';
import { readNoticeFacts } from './notice-facts.js';
import { planTellings } from './plan-tellings.js';

/** Redeliveries of a pass that failed as a whole; what single messages fail at is kept in their rows. */
const RETRIES = 3;

/**
 * Ask the queue for a pass that tells people what they are to be told. Never fails what it follows.
 *
 * @param reason - names the cause: asked for twice for one reason it is one pass
 */
export async function askToTell(app: App, reason: string, delayS = 0): Promise<void> {
  if (app.notify.channels.length === 0) return;
  try {
    await app.queue.publish([
      {
        path: '/api/sweep',
        body: { tell: true },
        retries: RETRIES,
        delayS,
        dedupId: `tell-${reason}`,
        label: 'tell',
      },
    ]);
  } catch (error) {
    app.log({ level: 'warn', event: 'telling_not_asked_for', error });
  }
}

/**
 * Ask for a pass where something is due now, or will be before the next sweep. Never fails the sweep.
 *
 * @returns whether there is something to tell now
 */
export async function askWhereDue(app: App): Promise<boolean> {
  if (app.notify.channels.length === 0) return false;
  try {
    const facts = await readNoticeFacts(app);
    const plans = app.notify.channels.map(({ name }) => planTellings(name, facts));
    if (
      plans.some(({ single, group, causes }) => single.length + causes.length > 0 || group !== null)
    ) {
      // Not by the tick: what becomes due between two sweeps of one interval must not pass for a repeat.
      await askToTell(app, String(facts.now.getTime()));
      return true;
    }
    const next = plans.flatMap(({ nextAt }) => nextAt?.getTime() ?? []);
    const soonest = Math.min(...next);
    const delayS = Math.max(0, (soonest - facts.now.getTime()) / SECOND);
    if (next.length > 0 && delayS < facts.settings.intervalS) {
      await askToTell(app, `at-${soonest}`, delayS);
    }
  } catch (error) {
    app.log({ level: 'warn', event: 'tellings_not_planned', error });
  }
  return false;
}
