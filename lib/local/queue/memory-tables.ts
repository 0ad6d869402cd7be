import * as z from 'zod';
import {
  type Change,
  put,
  type Row,
  TABLE_NAMES,
  TABLES,
  type TableName,
  type Tables,
} from './tables.js';

type Writable = { [T in TableName]: Map<string, Row<T>> };

/** The tables in memory, changed only through {@link MemoryTables.apply}. */
export interface MemoryTables {
  readonly tables: Tables;
  apply(changes: readonly Change[]): void;
  /** The changes that would make an empty set of tables equal to this one. */
  snapshot(): readonly Change[];
}

/** Make an empty set of tables. */
export function createMemoryTables(): MemoryTables {
  const tables: Writable = {
    messages: new Map(),
    dlq: new Map(),
    schedules: new Map(),
    groups: new Map(),
    queues: new Map(),
    flows: new Map(),
    dedup: new Map(),
  };
  return {
    tables,
    apply(changes) {
      for (const change of changes) {
        write(tables, change);
      }
    },
    snapshot: () => TABLE_NAMES.flatMap((name) => rows(tables, name)),
  };
}

const SCHEMAS: { readonly [T in TableName]: z.ZodType<Row<T>> } = TABLES;
const Line = z.array(z.tuple([z.enum(TABLE_NAMES), z.string(), z.unknown()]));

/** Put changes into one line of text, so that they are written together or not at all. */
export function encodeChanges(changes: readonly Change[]): string {
  return JSON.stringify(changes.map(({ table, key, row }) => [table, key, row]));
}

/**
 * Read a line written by {@link encodeChanges}.
 *
 * @throws {Error} when it is not such a line, whole
 */
export function decodeChanges(line: string): readonly Change[] {
  return Line.parse(JSON.parse(line)).map(([table, key, row]) => decode(table, key, row));
}

function decode<T extends TableName>(table: T, key: string, row: unknown): Change<T> {
  return { table, key, row: row === null ? null : SCHEMAS[table].parse(row) };
}

function write<T extends TableName>(tables: Writable, change: Change<T>): void {
  const table: Map<string, Row<T>> = tables[change.table];
  if (change.row === null) {
    table.delete(change.key);
  } else {
    table.set(change.key, change.row);
  }
}

function rows<T extends TableName>(tables: Writable, name: T): Change<T>[] {
  return [...tables[name]].map(([key, row]) => put(name, key, row));
}
