import { randomBytes } from 'node:crypto';
import { neonConfig } from '@neondatabase/serverless';
import type { App } from '../../lib/app.js';
import { startFunctions } from '../../lib/local/functions/start-functions.js';
import type { LocalQueue } from '../../lib/local/queue/options.js';
import { startQueue } from '../../lib/local/queue/start-queue.js';
import { ROOT } from '../../lib/local/stack.js';
import { mintKey } from '../../lib/security/api-key.js';
import type { Scope } from '../../lib/security/scope.js';
import { type TestDatabase, testDatabase } from './database.js';

/** An answer, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what the answer holds
  readonly body: any;
}

/** A whole installation of a test's own: real database, real queue, real functions over HTTP. */
export interface TestStack {
  readonly url: string;
  readonly app: App;
  readonly database: TestDatabase;
  readonly queue: LocalQueue;
  readonly env: Readonly<Record<string, string>>;
  key(scopes: readonly Scope[], component?: string): string;
  /** Call a function with an admin key, or with headers of one's own. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  close(): Promise<void>;
}

/** How a test's installation differs. */
export interface TestStackOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly database?: TestDatabase;
  /** Scale of the queue's delays: 0.1 makes a second a tenth. */
  readonly timeScale?: number;
}

/** Settings under which a test need not wait: everything that is counted in minutes takes seconds. */
export const QUICK = {
  intervalS: 1,
  horizonS: 60,
  windowS: 600,
  minHistoryS: 0,
  agreeing: 2,
  settleRestartS: 1,
  settleCleanupS: 1,
  settleRollbackS: 1,
  verifyPatienceS: 30,
  claimS: 5,
  leaseS: 5,
} as const;

let keys = 0;

/** Start an installation. One per test file: the functions keep their application for the process. */
export async function startTestStack(options: TestStackOptions = {}): Promise<TestStack> {
  const database = options.database ?? (await testDatabase());
  const queue = await startQueue({
    port: 0,
    host: '127.0.0.1',
    token: 'local-token',
    currentSigningKey: 'sig_current_0123456789',
    nextSigningKey: 'sig_next_0123456789',
    timeScale: options.timeScale,
  });
  const functions = await startFunctions({
    root: ROOT,
    port: 0,
    host: '127.0.0.1',
    load: (file) => import(/* @vite-ignore */ file),
  });
  const env = {
    FORESTALL_SECRET: randomBytes(32).toString('base64url'),
    FORESTALL_URL: functions.url,
    DATABASE_URL: database.url,
    NEON_FETCH_ENDPOINT: database.fetchEndpoint,
    QSTASH_URL: queue.url,
    QSTASH_TOKEN: queue.token,
    QSTASH_CURRENT_SIGNING_KEY: queue.currentSigningKey,
    QSTASH_NEXT_SIGNING_KEY: queue.nextSigningKey,
    CRON_SECRET: 'cron-secret-of-the-test',
    UPSTASH_DISABLE_TELEMETRY: '1',
    // A test that wants a status page brings its own: none goes out to the real ones.
    STATUS_FEED_RENDER: 'none',
    STATUS_FEED_VERCEL: 'none',
    STATUS_FEED_FLY: 'none',
    FORESTALL_SETTINGS: JSON.stringify({ ...QUICK, ...options.settings }),
    ...options.env,
  };
  Object.assign(process.env, env);
  const { app } = await import('../../lib/app.js');
  neonConfig.fetchEndpoint = database.fetchEndpoint;
  const key = (scopes: readonly Scope[], component?: string): string => {
    keys += 1;
    const id = `0189aaaa-0000-7000-8000-${String(keys).padStart(12, '0')}`;
    const order = { id, name: `test ${scopes.join(' ')}`, scopes, expiresAt: null };
    return mintKey({ ...order, component: component ?? null }, app().secrets);
  };
  const admin = key(['admin']);
  return {
    url: functions.url,
    app: app(),
    database,
    queue,
    env,
    key,
    call: (method, path, body, headers) =>
      send(functions.url + path, method, body, { authorization: `Bearer ${admin}`, ...headers }),
    async close() {
      await functions.close();
      await queue.close();
    },
  };
}

/** Send one request and read its answer. */
export async function send(
  url: string,
  method: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const type: Record<string, string> =
    text === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await fetch(url, {
    method,
    headers: { ...type, ...headers },
    ...(text === undefined ? {} : { body: text }),
  });
  const read = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
  const parsed = isJson && read !== '' ? JSON.parse(read) : read;
  return { status: answer.status, headers: answer.headers, body: parsed };
}

/** Ask again until an answer is as wanted. @throws {Error} when it never is within the time */
export async function until<T>(
  what: string,
  ask: () => Promise<T>,
  isWanted: (value: T) => boolean,
  timeoutMs = 15_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await ask();
    if (isWanted(value)) return value;
    if (Date.now() > end) {
      throw new Error(
        `${what} did not happen; the last answer was ${JSON.stringify(value).slice(0, 2000)}`,
      );
    }
    await new Promise((next) => setTimeout(next, 200));
  }
}
