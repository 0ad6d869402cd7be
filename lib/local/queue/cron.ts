import { Cron } from 'croner';
import { Refusal } from './refusal.js';

/** Tells when a schedule fires. */
export interface CronTimes {
  /**
   * The first firing after an instant.
   *
   * @param afterMs - milliseconds; a firing exactly then does not count
   * @returns milliseconds, or `null` when there is none
   */
  next(afterMs: number): number | null;
}

/**
 * Read a cron expression of five fields, or of six with the seconds first.
 *
 * Times are in UTC, or in the zone of a prefix `CRON_TZ=Europe/Paris `. The service itself knows
 * five fields only; the sixth lets a demonstration run in seconds.
 *
 * @throws {Refusal} 400
 * @see https://upstash.com/docs/qstash/features/schedules
 */
export function parseCron(text: string): CronTimes {
  const { zone, pattern } = /^(?:CRON_)?TZ=(?<zone>\S+)\s+(?<pattern>.*)$/.exec(text.trim())
    ?.groups ?? { zone: 'UTC', pattern: text };
  try {
    const cron = new Cron(String(pattern), {
      paused: true,
      mode: '5-or-6-parts',
      timezone: String(zone),
    });
    // An unknown zone is noticed only when a time is asked for.
    cron.nextRun();
    return { next: (afterMs) => cron.nextRun(new Date(afterMs))?.getTime() ?? null };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal(400, `invalid cron: ${why}`, { cause });
  }
}
