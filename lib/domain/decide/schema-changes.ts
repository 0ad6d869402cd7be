import * as z from 'zod';

/** One column of a database's tables: its shape, and nothing that it holds. */
export const SchemaColumn = z.object({
  /** With its schema: `public.orders`. */
  table: z.string(),
  column: z.string(),
  /** As Postgres writes it: `character varying(20)`; with ` (computed)` where nobody may write it. */
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
 * - A table, view or column that is gone, and so one that was renamed: the older version names it in its statements,
 *   each of which fails then.
 * - Another type, or a column that is computed by now: it reads another kind of value (a `bigint` comes as a text where
 *   an `integer` came as a number), or writes what is refused.
 * - A column that must be given and is new, or has lost its default: it writes rows without it.
 * - A column that may not be null any more: it writes null.
 *
 * What was added does no harm: tables, and columns that may be null or have a default. Nor does what only takes more
 * than before ({@link takesAll}), or may be left out by now.
 *
 * Whether the older version really uses what has changed nobody knows, so this is told of more than breaks; it is a
 * person who may go back all the same. What the catalogue of columns does not show is not told: new constraints, labels
 * of an enumeration, functions, permissions, and what rows mean.
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
  if (!takesAll(was.type, is.type)) return `is ${is.type} and was ${was.type}`;
  if (is.notNull && !was.notNull) return 'must not be null any more';
  return mustBeGiven && was.hasDefault ? 'has lost its default and must not be null' : null;
}

/** Texts of a length, or of any. */
const TEXT = /^(?:text|character varying(?:\((\d+)\))?)$/;
/** Decimal numbers of so many digits, of which so many are behind the point. */
const DECIMAL = /^numeric\((\d+),(-?\d+)\)$/;

/**
 * Whether a type is the same, or takes all that another did in the same form: a longer text, or a number of more digits
 * before the point. These are changed without a thought for older versions, and mostly need none.
 */
function takesAll(was: string, is: string): boolean {
  if (was === is) return true;
  const [text, longer] = [TEXT.exec(was), TEXT.exec(is)];
  if (text && longer) return lengthOf(longer) >= lengthOf(text);
  const [decimal, larger] = [DECIMAL.exec(was), DECIMAL.exec(is)];
  if (!decimal || !larger || decimal[2] !== larger[2]) return false;
  return Number(larger[1]) >= Number(decimal[1]);
}

const lengthOf = ([, length]: RegExpExecArray): number =>
  Number(length ?? Number.POSITIVE_INFINITY);

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
 * @param isUnread - whether it was to be read just now and could not be, so that the newest one may not be today's
 */
export function schemaFit(
  shapes: readonly KnownSchema[],
  ranWith: string | null,
  isUnread = false,
): SchemaFit {
  const [newest] = shapes;
  if (newest === undefined) return { kind: 'unknown', why: 'unknown: nobody has seen it' };
  const index = shapes.findIndex(({ id }) => id === ranWith);
  const older = shapes[index]?.schema;
  if (older === undefined) return { kind: 'unknown', why: 'unknown: which one it ran with' };
  const changes = breakingChanges(older, newest.schema);
  if (changes.length === 0) {
    const at = newest.lastSeen.toISOString();
    const why = isUnread ? `fitted at ${at}, and cannot be read now` : `fits, as seen at ${at}`;
    return { kind: 'fits', why };
  }
  const fitting = shapes.findIndex(({ schema }) => breakingChanges(older, schema).length === 0);
  const since = shapes[fitting - 1] ?? newest;
  const at = since.firstSeen.toISOString();
  return { kind: 'broken', why: `the schema moved on at ${at}: ${changesText(changes)}` };
}
