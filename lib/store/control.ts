import * as z from 'zod';
import { MaybeInstant, parseFirst } from './rows.js';
import type { Sql, Statement } from './sql.js';

const ControlRow = z.object({
  paused: z.boolean(),
  pausedWhy: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
  stormSince: MaybeInstant,
  calmSince: MaybeInstant,
  lastSweepAt: MaybeInstant,
  lastSweepAgeS: z.number().nullable(),
  lastSweep: z.record(z.string(), z.unknown()).nullable(),
  /** The calibration in force, with its version and model, not yet believed; null for none. */
  calibration: z.unknown(),
});

/** The installation's switch, settings, and last sweep. */
export type Control = z.infer<typeof ControlRow>;

/** Read the control row; null when there is none, which counts as paused. */
export async function readControl(sql: Sql): Promise<Control | null> {
  const rows = await sql`
    select
      paused, paused_why as "pausedWhy", settings, storm_since as "stormSince",
      calm_since as "calmSince", last_sweep_at as "lastSweepAt",
      extract(epoch from (now() - last_sweep_at))::float8 as "lastSweepAgeS",
      last_sweep as "lastSweep",
      (
        select json_build_object('version', version, 'model', model, 'body', body)
        from calibrations
        where is_active
      ) as calibration
    from control
    where id = 1
    limit 1`;
  return parseFirst(ControlRow, rows);
}

/** Turn the kill switch; raises the decision version, so that claims in the making take nothing. */
export function setPaused(
  sql: Sql,
  change: { paused: boolean; why: string | null; who: string },
): Statement {
  return sql`
    update control
    set
      paused = ${change.paused}::bool, paused_why = ${change.why}::text,
      decision_version = decision_version + 1, updated_at = now(), updated_by = ${change.who}::text
    where id = 1
    returning paused`;
}

/**
 * Change some of the settings that differ from the environment's, leaving the others as they are at that
 * moment; null removes one. Raises the decision version.
 */
export function mergeSettings(
  sql: Sql,
  changes: Readonly<Record<string, unknown>>,
  who: string,
): Statement {
  return sql`
    update control
    set
      settings = jsonb_strip_nulls(settings || ${JSON.stringify(changes)}::jsonb),
      decision_version = decision_version + 1, updated_at = now(), updated_by = ${who}::text
    where id = 1
    returning id`;
}

/** Keep the sum of the last sweep. */
export function recordSweep(sql: Sql, sweep: Readonly<Record<string, unknown>>): Statement {
  return sql`
    update control
    set last_sweep_at = now(), last_sweep = ${JSON.stringify(sweep)}::jsonb
    where id = 1`;
}

/** Whether automatic action has stopped, since when, and since when it is calm again. */
export type StormState = Pick<Control, 'stormSince' | 'calmSince'>;

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/**
 * First statement of a transaction that changes the storm: ends it (FS001) when its state is not the one
 * that was read any more.
 */
export function holdStorm(sql: Sql, read: StormState): Statement {
  return sql`
    select hold_storm(${iso(read.stormSince)}::timestamptz, ${iso(read.calmSince)}::timestamptz)`;
}

/** Keep the state of the storm exit; raises the decision version, so that claims in the making take nothing. */
export function recordStorm(sql: Sql, storm: StormState): Statement {
  return sql`
    update control
    set
      storm_since = ${iso(storm.stormSince)}::timestamptz,
      calm_since = ${iso(storm.calmSince)}::timestamptz, decision_version = decision_version + 1
    where id = 1`;
}
