import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { NeonQueryFunction } from '@neondatabase/serverless';
import * as z from 'zod';
import type { LocalQueue } from '../../lib/local/queue/options.js';
import { startQueue } from '../../lib/local/queue/start-queue.js';
import { mintKey } from '../../lib/security/api-key.js';
import type { Scope } from '../../lib/security/scope.js';
import { deriveSecrets, type Secrets } from '../../lib/security/secrets.js';
import { testDatabase } from './database.js';
import { type Door, startDoor } from './door.js';
import { type Answer, QUICK, send } from './stack.js';

/** An installation whose functions run in a process of their own, which a fault may kill. */
export interface KillableStack {
  /** Where the functions are, also after they were started again. */
  readonly url: string;
  /** The database itself, past the door. */
  readonly sql: NeonQueryFunction<false, false>;
  readonly queue: LocalQueue;
  readonly secrets: Secrets;
  /** The way of the functions to their database, and to their queue. */
  readonly doors: { readonly database: Door; readonly queue: Door };
  key(scopes: readonly Scope[], component?: string): string;
  call(method: string, path: string, body?: unknown, key?: string): Promise<Answer>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Start the functions again where they were. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const SCRIPT = join(import.meta.dirname, '../../lib/local/functions-process.ts');

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
}

async function spawnFunctions(env: Readonly<Record<string, string>>): Promise<Running> {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { stdout, stderr } = child;
  const said: string[] = [];
  stderr.setEncoding('utf8').on('data', (chunk: string) => said.push(chunk));
  for await (const line of createInterface({ input: stdout })) {
    const { url } = z.object({ url: z.url() }).parse(JSON.parse(line));
    return { child, url };
  }
  throw new Error(said.join('') || (await text(stdout)));
}

/** Start an installation of which the functions may be killed. */
export async function startKillableStack(options: {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<KillableStack> {
  const database = await testDatabase();
  const queue = await startQueue({
    port: 0,
    host: '127.0.0.1',
    token: 'local-token',
    currentSigningKey: 'sig_current_0123456789',
    nextSigningKey: 'sig_next_0123456789',
  });
  const doors = {
    database: await startDoor(database.fetchEndpoint),
    queue: await startDoor(queue.url),
  };
  const secret = randomBytes(32).toString('base64url');
  const secrets = deriveSecrets(secret, []);
  const env = {
    FORESTALL_SECRET: secret,
    DATABASE_URL: database.url,
    NEON_FETCH_ENDPOINT: doors.database.url,
    QSTASH_URL: doors.queue.url,
    QSTASH_TOKEN: queue.token,
    QSTASH_CURRENT_SIGNING_KEY: queue.currentSigningKey,
    QSTASH_NEXT_SIGNING_KEY: queue.nextSigningKey,
    UPSTASH_DISABLE_TELEMETRY: '1',
    FORESTALL_SETTINGS: JSON.stringify({ ...QUICK, ...options.settings }),
    ...options.env,
  };
  let running = await spawnFunctions(env);
  const { url } = running;
  const again = { ...env, PORT: new URL(url).port };
  const key = (scopes: readonly Scope[], component?: string): string =>
    mintKey(
      {
        id: crypto.randomUUID(),
        name: 'test',
        scopes,
        expiresAt: null,
        component: component ?? null,
      },
      secrets,
    );
  const admin = key(['admin']);
  const kill = async (): Promise<void> => {
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return {
    url,
    sql: database.sql,
    queue,
    secrets,
    doors,
    key,
    call: (method, path, body, own) =>
      send(url + path, method, body, { authorization: `Bearer ${own ?? admin}` }),
    kill,
    async restart() {
      running = await spawnFunctions(again);
    },
    async close() {
      await kill();
      await queue.close();
      await doors.database.close();
      await doors.queue.close();
    },
  };
}
