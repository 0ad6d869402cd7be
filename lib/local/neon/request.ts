import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { AppError } from '../../errors.js';

/** Parameters come as PostgreSQL's text; the driver has turned everything else into it. */
const Query = z.object({
  query: z.string(),
  params: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).default([]),
});

const Body = z.union([Query, z.object({ queries: z.array(Query) })]);

/** One statement and the texts of its parameters. */
export interface RawQuery {
  readonly text: string;
  readonly params: readonly (string | null)[];
}

/** A request as the Neon driver makes it. */
export interface NeonRequest {
  readonly database: string;
  readonly password: string;
  readonly arrayMode: boolean;
  /** One statement for a single request; any number, in one transaction, for a batch. */
  readonly queries: readonly RawQuery[];
  /** The statement that opens the transaction; null for a single request. */
  readonly begin: string | null;
}

const LEVELS: Readonly<Record<string, string>> = {
  ReadUncommitted: 'read uncommitted',
  ReadCommitted: 'read committed',
  RepeatableRead: 'repeatable read',
  Serializable: 'serializable',
};

const refuse = (message: string): never => {
  throw new AppError('invalid', message);
};

/**
 * Read a request of the Neon driver.
 *
 * @throws {AppError} `invalid` when it is not one; the message never holds the connection string
 */
export function readNeonRequest(headers: IncomingHttpHeaders, body: string): NeonRequest {
  const { database, password } = readConnectionString(headers['neon-connection-string']);
  if (headers['neon-raw-text-output'] !== 'true') {
    refuse('only raw text output is spoken here: send Neon-Raw-Text-Output: true');
  }
  const parsed = Body.safeParse(parseJson(body));
  if (!parsed.success) return refuse('the body is neither {query, params} nor {queries: […]}');
  const batch = 'queries' in parsed.data;
  return {
    database,
    password,
    arrayMode: headers['neon-array-mode'] === 'true',
    queries: ('queries' in parsed.data ? parsed.data.queries : [parsed.data]).map(rawQuery),
    begin: batch ? beginStatement(headers) : null,
  };
}

function rawQuery({ query, params }: z.infer<typeof Query>): RawQuery {
  return { text: query, params: params.map((one) => (one === null ? null : String(one))) };
}

function readConnectionString(value: unknown): { database: string; password: string } {
  if (typeof value !== 'string' || !URL.canParse(value)) {
    return refuse('the Neon-Connection-String header is missing or not a URL');
  }
  const { protocol, username, password, pathname } = new URL(value);
  if (!/^postgres(ql)?:$/.test(protocol)) refuse('the connection string is not a postgres:// URL');
  if (username === '' || password === '')
    refuse('the connection string lacks a user or a password');
  const database = decodeURIComponent(pathname.slice(1) || username);
  return { database, password: decodeURIComponent(password) };
}

function beginStatement(headers: IncomingHttpHeaders): string {
  const wanted = headers['neon-batch-isolation-level'];
  const level = wanted === undefined ? '' : LEVELS[String(wanted)];
  if (level === undefined)
    return refuse('Neon-Batch-Isolation-Level is not a level that Neon knows');
  const parts = ['begin'];
  if (level !== '') parts.push(`isolation level ${level}`);
  if (headers['neon-batch-read-only'] === 'true') parts.push('read only');
  if (headers['neon-batch-deferrable'] === 'true') parts.push('deferrable');
  return parts.join(' ');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
