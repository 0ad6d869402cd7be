import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { neon, neonConfig } from '@neondatabase/serverless';
import { makeApp } from '../app.js';
import { type Config, readConfig } from '../config.js';
import { mintKey } from '../security/api-key.js';
import { migrate } from '../store/migrate.js';
import { type Database, startDatabase } from './database.js';
import { type Functions, startFunctions } from './functions/start-functions.js';
import { type LocalSecrets, openHome } from './home.js';
import type { LocalQueue } from './queue/options.js';
import { startQueue } from './queue/start-queue.js';
import { scheduleSweeps } from './schedule-sweeps.js';

/** How a local stack is started. */
export interface StackOptions {
  /** Data folder. */
  readonly home: string;
  /** Port of the functions and the page; 0 for any free one. */
  readonly port: number;
  /** Further environment of the functions: `HEAL_*`, `FORESTALL_SETTINGS`, a platform's credential … */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether commits survive the machine's own crash; true by default, and false is faster. */
  readonly durable?: boolean;
  /** Told of each part as it comes up. */
  readonly progress?: (text: string) => void;
}

/** A whole installation on this machine. */
export interface Stack {
  readonly url: string;
  readonly adminKey: string;
  readonly databaseUrl: string;
  readonly queueUrl: string;
  readonly queue: LocalQueue;
  /** The environment that the functions were given. */
  readonly env: Readonly<Record<string, string>>;
  readonly config: Config;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';

/** The checkout: the folder that holds `api/` and `vercel.json`. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Start the database, the queue and the functions, migrate, and set the clock going. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { home, progress = () => undefined } = options;
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const secrets = await openHome(home);
    progress('database');
    const database = await startDatabase({
      home,
      databaseUrl: options.env['DATABASE_URL'],
      durable: options.durable ?? true,
    });
    stops.push(() => database.stop());
    progress('queue');
    const queue = await startQueue({
      port: 0,
      host: HOST,
      folder: path.join(home, 'queue'),
      token: secrets.qstashToken,
      currentSigningKey: secrets.currentSigningKey,
      nextSigningKey: secrets.nextSigningKey,
    });
    stops.push(() => queue.close());
    progress('functions');
    const functions = await startFunctions({ root: ROOT, port: options.port, host: HOST });
    stops.push(() => functions.close());
    const up = await setUp(options, { secrets, database, queue, functions });
    stops.push(() => rm(path.join(home, 'local.json'), { force: true }));
    return { ...up, queue, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Parts {
  readonly secrets: LocalSecrets;
  readonly database: Database;
  readonly queue: LocalQueue;
  readonly functions: Functions;
}

function environment(options: StackOptions, { secrets, database, queue, functions }: Parts) {
  const given = Object.entries(options.env).filter(([, value]) => value !== undefined);
  return {
    ...(Object.fromEntries(given) as Record<string, string>),
    FORESTALL_SECRET: secrets.secret,
    FORESTALL_URL: functions.url,
    DATABASE_URL: database.databaseUrl,
    NEON_FETCH_ENDPOINT: database.fetchEndpoint,
    QSTASH_URL: queue.url,
    QSTASH_TOKEN: queue.token,
    QSTASH_CURRENT_SIGNING_KEY: queue.currentSigningKey,
    QSTASH_NEXT_SIGNING_KEY: queue.nextSigningKey,
    CRON_SECRET: secrets.cronSecret,
    UPSTASH_DISABLE_TELEMETRY: '1',
  };
}

async function setUp(options: StackOptions, parts: Parts) {
  const env = environment(options, parts);
  const config = readConfig(env);
  Object.assign(process.env, env);
  neonConfig.fetchEndpoint = parts.database.fetchEndpoint;
  await migrate(neon(parts.database.databaseUrl));
  const app = makeApp(config);
  await scheduleSweeps(app.queue, config.settings.intervalS);
  const adminKey = mintKey(
    { id: parts.secrets.adminKeyId, name: 'local admin', scopes: ['admin'], expiresAt: null },
    app.secrets,
  );
  const found = {
    url: parts.functions.url,
    key: adminKey,
    databaseUrl: parts.database.plainUrl,
    queueUrl: parts.queue.url,
  };
  await writeFile(path.join(options.home, 'local.json'), JSON.stringify(found, null, 2), {
    mode: 0o600,
  });
  const { url, databaseUrl, queueUrl } = found;
  return { url, adminKey, databaseUrl, queueUrl, env, config };
}
