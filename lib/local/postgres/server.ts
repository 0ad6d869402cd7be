import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { AppError } from '../../errors.js';
import { inUse } from './claim.js';
import { freePort } from './free-port.js';
import type { Place } from './place.js';

/** A running server. */
export interface Server {
  readonly pid: number;
  readonly port: number;
  /** Settles when the server has ended, for whatever reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** A lost write cannot be told from a kept one unless the machine itself stops. */
const FORGETFUL = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/** Sessions: 2 test workers with a few pools each, and a local stack with all its functions, need no more. */
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  // Its path could be longer than the system allows, and a port is enough.
  'unix_socket_directories=',
  'max_connections=200',
  'timezone=UTC',
  'log_timezone=UTC',
  'lc_messages=C',
  // Failed statements are answered to their sender; their text belongs into no log.
  'log_min_error_statement=panic',
];

const FAST_STOP_MS = 20_000;

/** How often another port is tried when one was taken between asking and using it. */
const PORT_TRIES = 3;

/**
 * Start a server on a data folder and wait until it takes connections.
 *
 * @throws {AppError} `conflict` when another server holds the folder, `misconfigured` with the server's own
 * last words otherwise
 */
export async function startServer(
  { folder, user }: Place,
  postgres: string,
  durable: boolean,
): Promise<Server> {
  const settings = [...SETTINGS, ...(durable ? [] : FORGETFUL)].flatMap((one) => ['-c', one]);
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const child = spawn(postgres, ['-D', join(folder, 'data'), '-p', String(port), ...settings], {
      ...user,
      cwd: folder,
      env: { LC_ALL: 'C', PATH: process.env['PATH'] },
      // Its own session: Ctrl-C in a terminal is for us, and we stop it when its users are done.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const failure = await ready(child);
    if (failure === null) return running(child, port);
    if (attempt < PORT_TRIES && failure.includes('Address already in use')) continue;
    throw explain(failure, folder);
  }
}

/** Wait for the server's word; its last words when it ends instead. */
function ready(child: ChildProcess): Promise<string | null> {
  return new Promise((resolve) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      // Read on for ever, or the pipe fills and the server waits for us; keep only the end.
      said = (said + text).slice(-4096);
      if (said.includes('ready to accept connections')) resolve(null);
    });
    child.once('error', (error) => resolve(error.message));
    child.once('close', () => resolve(said));
  });
}

function explain(said: string, folder: string): AppError {
  const holder = /Is another postmaster \(PID (\d+)\)/.exec(said)?.[1];
  if (holder !== undefined) return inUse(Number(holder), folder);
  const lines = said.split('\n').filter((line) => /FATAL|ERROR|HINT|could not/.test(line));
  const words = (lines.length > 0 ? lines.join(' ') : said).replace(
    /\d{4}-\S+ \S+ UTC \[\d+\] /g,
    '',
  );
  return new AppError('misconfigured', `PostgreSQL did not start in ${folder}: ${words.trim()}`);
}

function running(child: ChildProcess, port: number): Server {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // A process that forgets to stop its server may still end; the watchdog stops the server then.
  child.unref();
  if (child.stderr instanceof Socket) child.stderr.unref();
  return {
    pid: child.pid ?? 0,
    port,
    ended,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const late = setTimeout(() => child.kill('SIGQUIT'), FAST_STOP_MS);
      child.ref();
      child.kill('SIGINT');
      await once(child, 'exit');
      clearTimeout(late);
    },
  };
}
