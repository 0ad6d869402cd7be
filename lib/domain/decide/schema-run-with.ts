import type { Settings } from '../settings.js';
import { MINUTE } from '../time.js';
import type { SeenSchema } from './schema-changes.js';

/** What is known of a state when it is looked at. */
export interface RunNow {
  /** The shape that it is known to run with; null where none is. */
  readonly ranWith: string | null;
  /** The shape in which the database was seen last; null where it was not. */
  readonly newest: SeenSchema | null;
  readonly liveFrom: Date;
  /** The look before this one. */
  readonly lastSeen: Date;
  readonly now: Date;
  /** The healthy minutes between the two. */
  readonly earnedMinutes: number;
}

/**
 * Say which shape of the database a state has shown that it runs with, newly; null where it has shown nothing new.
 *
 * One that was there when it went live, or was seen soon after, once it has been healthy with it. Any other only once
 * it has been live with it for as long as makes a state proven: migrations run some minutes before the deployment that
 * needs them, and what was live until then need not have used what is gone. Nor had what has been live for long before
 * anybody saw its database, as one that mostly sleeps and is woken by a migration.
 */
export function schemaRunWith(
  { ranWith, newest, liveFrom, lastSeen, now, earnedMinutes }: RunNow,
  { provenMinutes }: Pick<Settings, 'provenMinutes'>,
): string | null {
  if (newest === null || !(earnedMinutes > 0)) return null;
  const { id, firstSeen } = newest;
  if (firstSeen > lastSeen || newest.lastSeen < liveFrom) return null;
  const beganWith = ranWith === null && minutesBetween(liveFrom, firstSeen) < provenMinutes;
  const since = firstSeen > liveFrom ? firstSeen : liveFrom;
  return beganWith || minutesBetween(since, now) >= provenMinutes ? id : null;
}

const minutesBetween = (from: Date, until: Date): number =>
  (until.getTime() - from.getTime()) / MINUTE;
