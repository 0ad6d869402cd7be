import * as z from 'zod';
import type { Settings } from '../settings.js';
import { MINUTE } from '../time.js';

/** One column of a database's tables: its shape, and nothing that it holds. */
export const SchemaColumn = z.object({
  /** With its schema: `public.orders`. */
  table: z.string(),
  column: z.string(),
  /** As Postgres writes it: `character varying(20)`. */
  type: z.string(),
  notNull: z.boolean(),
  /** Whether it gets a value by itself: a default, an identity, or a computed one. */
  hasDefault: z.boolean(),
});
export type SchemaColumn = z.infer<typeof SchemaColumn>;

/** The shape of a database: all columns of its own tables. */
export type Schema = readonly SchemaColumn[];

/** When a shape of a database was seen. */
export interface SeenSchema {
  readonly id: string;
  /** It may have come about since the look before. */
  readonly firstSeen: Date;
  readonly lastSeen: Date;
}

/** A shape that a database has, or has had. */
export interface KnownSchema extends SeenSchema {
  readonly schema: Schema;
}

/** Whether what ran with one shape of a database can run with that of today. */
export type SchemaFit =
  | { readonly kind: 'fits'; readonly why: string }
  /** Nobody has seen one of the two: no evidence, neither for nor against. */
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'broken'; readonly why: string };

type Tables = ReadonlyMap<string, ReadonlyMap<string, SchemaColumn>>;

function tablesOf(schema: Schema): Tables {
  const tables = new Map<string, Map<string, SchemaColumn>>();
  for (const one of schema) {
    const columns = tables.get(one.table) ?? new Map<string, SchemaColumn>();
    tables.set(one.table, columns.set(one.column, one));
  }
  return tables;
}

/** What people call a table: those of `public` by their name alone. */
const tableName = (table: string): string => table.replace(/^public\./, '');

/**
 * Say which changes keep what ran with an older shape of a database from running with a newer one.
 *
 * What was added does no harm: tables, and columns that may be null or have a default. What is gone or renamed, has
 * another type, must be given, or may not be null any more, does: an older version reads it, or writes without it.
 * Whether it really uses it nobody knows.
 *
 * @returns in the order of names; empty where it can run
 */
export function breakingChanges(older: Schema, newer: Schema): string[] {
  const [before, after] = [tablesOf(older), tablesOf(newer)];
  return [...before]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([table, columns]) => {
      const now = after.get(table);
      const name = tableName(table);
      return now === undefined ? [`table ${name} is gone`] : changesOf(name, columns, now);
    });
}

type Columns = ReadonlyMap<string, SchemaColumn>;

function changesOf(table: string, before: Columns, after: Columns): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return names.flatMap((name) => {
    const change = changeOf(before.get(name), after.get(name));
    return change === null ? [] : [`column ${table}.${name} ${change}`];
  });
}

function changeOf(was: SchemaColumn | undefined, is: SchemaColumn | undefined): string | null {
  if (is === undefined) return 'is gone';
  const mustBeGiven = is.notNull && !is.hasDefault;
  if (was === undefined) return mustBeGiven ? 'is new, must not be null and has no default' : null;
  if (was.type !== is.type) return `is ${is.type} and was ${was.type}`;
  if (is.notNull && !was.notNull) return 'must not be null any more';
  return mustBeGiven && was.hasDefault ? 'has lost its default and must not be null' : null;
}

/** Changes that are named; there may be thousands. */
const NAMED = 3;

/** Say some changes for a person: the first few by name. */
function changesText(changes: readonly string[]): string {
  const more = changes.length - NAMED;
  const named = changes.slice(0, NAMED).join(', ');
  return more > 0 ? `${named}, and ${more} more` : named;
}

/**
 * Say whether what ran with one shape of a database can run with the newest one, and since when it cannot.
 *
 * @param shapes - those that the database has had, newest first
 * @param ranWith - the shape's id; null where it is not known
 */
export function schemaFit(shapes: readonly KnownSchema[], ranWith: string | null): SchemaFit {
  const [newest] = shapes;
  if (newest === undefined) return { kind: 'unknown', why: 'unknown: nobody has seen it' };
  const index = shapes.findIndex(({ id }) => id === ranWith);
  const older = shapes[index]?.schema;
  if (older === undefined) return { kind: 'unknown', why: 'unknown: which one it ran with' };
  const changes = breakingChanges(older, newest.schema);
  if (changes.length === 0) {
    return { kind: 'fits', why: `fits, as seen at ${newest.lastSeen.toISOString()}` };
  }
  const fitting = shapes.findIndex(({ schema }) => breakingChanges(older, schema).length === 0);
  const since = shapes[fitting - 1] ?? newest;
  const at = since.firstSeen.toISOString();
  return { kind: 'broken', why: `the schema moved on at ${at}: ${changesText(changes)}` };
}

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
 * The first that was seen while it was live and healthy; a later one only once that has stood for as long as makes a
 * state proven: migrations run some minutes before the deployment that needs them, and what was live until then need
 * not have used what is gone.
 */
export function schemaRunWith(
  { ranWith, newest, liveFrom, lastSeen, now, earnedMinutes }: RunNow,
  { provenMinutes }: Pick<Settings, 'provenMinutes'>,
): string | null {
  if (newest === null || !(earnedMinutes > 0)) return null;
  if (newest.firstSeen > lastSeen || newest.lastSeen < liveFrom) return null;
  const stoodMinutes = (now.getTime() - newest.firstSeen.getTime()) / MINUTE;
  return ranWith === null || stoodMinutes >= provenMinutes ? newest.id : null;
}
