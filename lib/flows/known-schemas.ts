import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import type { App } from '../app.js';
import type { KnownSchema, Schema } from '../domain/decide/schema-changes.js';
import { fingerprint } from '../security/fingerprint.js';
import { openOrNull, seal } from '../security/seal.js';
import { type FoundSchema, readSchemas } from '../store/database-schemas.js';

/** One column as it is sealed: a short list, since there may be thousands. */
const SealedColumn = z.tuple([z.string(), z.string(), z.string(), z.boolean(), z.boolean()]);

/** What a shape is sealed as: a component's opens for no other. */
const purposeOf = (componentId: number): string => `database-schema:${componentId}`;

/** Seal a shape for the ledger, and name it: by what it is, not by the order in which its columns came. */
export function sealSchema(
  { secrets }: App,
  componentId: number,
  schema: Schema,
): Pick<FoundSchema, 'fingerprint' | 'sealed'> {
  const columns = schema
    .map(({ table, column, type, notNull, hasDefault }): z.infer<typeof SealedColumn> => {
      return [table, column, type, notNull, hasDefault];
    })
    .map((column) => JSON.stringify(column))
    .toSorted();
  const text = `[${columns.join(',')}]`;
  const purpose = purposeOf(componentId);
  return {
    fingerprint: fingerprint(text, purpose, secrets),
    sealed: seal(gzipSync(text).toString('base64'), purpose, secrets),
  };
}

/**
 * The shapes that a component's database has had, newest first. None where the newest cannot be opened: what is older
 * says nothing of today. Others that cannot are left out.
 */
export async function knownSchemas(
  app: App,
  componentId: number,
  place: string,
): Promise<KnownSchema[]> {
  const stored = await readSchemas(app.sql, componentId, place);
  const [newest, ...older] = stored.map(({ sealed, ...seen }) => {
    return { ...seen, schema: opened(app, componentId, sealed) };
  });
  if (!isOpen(newest)) return [];
  return [newest, ...older.filter(isOpen)];
}

const isOpen = <T extends { readonly schema: Schema | null }>(
  one: T | undefined,
): one is T & { readonly schema: Schema } => one !== undefined && one.schema !== null;

/** A shape whose secret is gone is as good as none. */
function opened({ secrets }: App, componentId: number, sealed: string): Schema | null {
  const text = openOrNull(sealed, purposeOf(componentId), secrets);
  if (text === null) return null;
  const columns = JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString());
  return z
    .array(SealedColumn)
    .parse(columns)
    .map(([table, column, type, notNull, hasDefault]) => {
      return { table, column, type, notNull, hasDefault };
    });
}
