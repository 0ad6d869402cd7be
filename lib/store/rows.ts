import * as z from 'zod';
import { AppError } from '../errors.js';
import type { Row } from './sql.js';

/** A `timestamptz`, which the driver reads as a Date, or as text from inside JSON. */
export const Instant = z.union([z.date(), z.string().transform((text) => new Date(text))]);

/** A `timestamptz` that may be null. */
export const MaybeInstant = Instant.nullable();

/** Parse all rows by one schema. */
export function parseRows<T>(schema: z.ZodType<T>, rows: readonly Row[]): T[] {
  return rows.map((row) => schema.parse(row));
}

/** Parse the first row, or answer null when there is none. */
export function parseFirst<T>(schema: z.ZodType<T>, rows: readonly Row[]): T | null {
  return rows[0] === undefined ? null : schema.parse(rows[0]);
}

/** A place in a list that is read newest first: an instant and an id that breaks ties. */
export interface Cursor {
  readonly at: Date;
  readonly id: string;
}

/** Write a cursor for the next request. */
export function writeCursor(cursor: Cursor): string {
  return Buffer.from(`${cursor.at.toISOString()} ${cursor.id}`).toString('base64url');
}

/** Just what {@link writeCursor} writes; the database reads no year 0000, and none with a sign. */
const Written = z.tuple([z.iso.datetime({ precision: 3 }).regex(/^(?!0000)/), z.uuid()]);

/**
 * Read a cursor that {@link writeCursor} wrote.
 *
 * @throws {AppError} `invalid` on any other text
 */
export function readCursor(text: string | null): Cursor | null {
  if (text === null) return null;
  const written = Written.safeParse(Buffer.from(text, 'base64url').toString('utf8').split(' '));
  if (!written.success) {
    throw new AppError('invalid', 'the cursor was not given out by this list');
  }
  const [at, id] = written.data;
  return { at: new Date(at), id };
}
