import * as z from 'zod';
import type { Calibration } from '../domain/learn/calibration.js';
import { Instant, MaybeInstant, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

/** A calibration to be kept as a version of its own. */
export interface NewCalibration {
  readonly version: number;
  readonly calibration: Calibration;
  readonly madeFrom: Readonly<Record<string, unknown>>;
  readonly why: string;
  /** The UTC day that it was learned on, as 2026-01-31. */
  readonly learnedOn: string;
}

/**
 * First statement of a transaction that changes the calibration in force: ends it (FS001) when that is
 * not the one that was read any more.
 *
 * @param version - the one that was read; 0 for none
 */
export function holdCalibration(sql: Sql, version: number): Statement {
  return sql`select hold_calibration(${version}::int)`;
}

/** Let no calibration be in force: the identity is, then. */
export function retireCalibration(sql: Sql): Statement {
  return sql`
    update calibrations
    set is_active = false
    where is_active`;
}

/**
 * Keep a new version, in force at once. Its number is the caller's, who tells of it in the same
 * transaction; one that is taken, and a second one of a day, end it (23505).
 */
export function addCalibration(sql: Sql, wanted: NewCalibration): Statement {
  const { version, calibration, madeFrom, why, learnedOn } = wanted;
  return sql`
    insert into calibrations (version, model, body, made_from, why, learned_on, is_active)
    overriding system value
    values (
      ${version}::int, ${calibration.model}::text, ${JSON.stringify(calibration)}::jsonb,
      ${JSON.stringify(madeFrom)}::jsonb, ${why}::text, ${learnedOn}::date, true)`;
}

/** Note that a person went back from the calibration in force, which ends it; answers its version. */
export function rollBackCalibration(
  sql: Sql,
  { who, why }: { readonly who: string; readonly why: string },
): Statement {
  return sql`
    update calibrations
    set
      is_active = false, rolled_back_at = now(), rolled_back_by = ${who}::text,
      rolled_back_why = ${why}::text
    where is_active
    returning version`;
}

/** Put a version in force, because a person says so; answers it, or nothing when there is none. */
export function chooseCalibration(sql: Sql, version: number): Statement {
  return sql`
    update calibrations
    set is_active = true, rolled_back_at = null, rolled_back_by = null, rolled_back_why = null
    where version = ${version}::int
    returning version`;
}

const CalibrationRow = z.object({
  version: z.number(),
  model: z.string(),
  body: z.unknown(),
  madeFrom: z.record(z.string(), z.unknown()),
  why: z.string(),
  learnedOn: z.string(),
  createdAt: Instant,
  isActive: z.boolean(),
  rolledBackAt: MaybeInstant,
  rolledBackBy: z.string().nullable(),
  rolledBackWhy: z.string().nullable(),
});

/** A version as the store knows it; its body is not yet believed. */
export type StoredCalibration = z.infer<typeof CalibrationRow>;

/** Read the newest versions, newest first, the one in force among them wherever it stands. */
export async function listCalibrations(sql: Sql, limit: number): Promise<StoredCalibration[]> {
  const rows = await sql`
    select
      version, model, body, made_from as "madeFrom", why, learned_on::text as "learnedOn",
      created_at as "createdAt", is_active as "isActive", rolled_back_at as "rolledBackAt",
      rolled_back_by as "rolledBackBy", rolled_back_why as "rolledBackWhy"
    from calibrations
    order by is_active desc, version desc
    limit ${limit}::int`;
  return parseRows(CalibrationRow, rows).sort((a, b) => b.version - a.version);
}
