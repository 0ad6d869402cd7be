import type { Queue } from '../queue/queue.js';

const MINUTE_S = 60;

/**
 * The cron expression of a sweep interval: minutes where it is a multiple of 60 s, else (on the local
 * stack alone, whose clock knows seconds) seconds.
 *
 * @throws {RangeError} for an interval that no cron expression can say
 */
export function sweepCron(intervalS: number): string {
  if (intervalS < MINUTE_S && Number.isInteger(intervalS)) return `*/${intervalS} * * * * *`;
  const minutes = intervalS / MINUTE_S;
  if (Number.isInteger(minutes) && minutes < 60) return `*/${minutes} * * * *`;
  if (Number.isInteger(minutes / 60) && minutes / 60 < 24) return `0 */${minutes / 60} * * *`;
  throw new RangeError(`no schedule sweeps every ${intervalS} s`);
}

/**
 * Create or replace the schedules of an installation: the sweep, the daily maintenance and learning, and
 * the hourly look whether components could be healed.
 */
export async function scheduleSweeps(queue: Queue, intervalS: number): Promise<void> {
  await queue.putSchedules([
    { id: 'forestall-sweep', path: '/api/sweep', cron: sweepCron(intervalS), body: {} },
    {
      id: 'forestall-maintenance',
      path: '/api/sweep',
      cron: '23 2 * * *',
      body: { maintenance: true },
    },
    {
      id: 'forestall-learning',
      path: '/api/sweep',
      cron: '53 2 * * *',
      body: { learn: true },
    },
    {
      id: 'forestall-check',
      path: '/api/sweep',
      cron: '11 * * * *',
      body: { check: true },
    },
  ]);
}
