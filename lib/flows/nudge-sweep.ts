import type { App } from '../app.js';
import { SECOND } from '../domain/time.js';
import { readControl } from '../store/control.js';

/** Intervals without a sweep after which ingest asks for one: the clock may have stopped. */
const LATE = 3;

/** When this instance last looked, so that a busy ingest does not ask at every request. */
const looked = new WeakMap<App, number>();

/**
 * Ask for a sweep when the last one is older than three intervals: one clock is not enough.
 *
 * Looks at most once per interval and instance. Never fails a request.
 */
export async function nudgeSweep(app: App): Promise<void> {
  const everyMs = app.baseSettings.intervalS * SECOND;
  if (Date.now() - (looked.get(app) ?? 0) < everyMs) return;
  looked.set(app, Date.now());
  try {
    const control = await readControl(app.sql);
    const ageS = control?.lastSweepAgeS ?? Number.POSITIVE_INFINITY;
    if (ageS <= LATE * app.baseSettings.intervalS) return;
    const tick = Math.floor(Date.now() / everyMs);
    await app.queue.publish([
      { path: '/api/sweep', body: {}, retries: 0, dedupId: `nudge-${tick}`, label: 'sweep' },
    ]);
  } catch (error) {
    app.log({ level: 'warn', event: 'sweep_not_nudged', error });
  }
}
