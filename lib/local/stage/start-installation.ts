import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { Settings } from '../../domain/settings.js';
import { ROOT } from '../stack.js';
import type { InstallationReport } from './installation.js';

/** A running installation, and how to end it. */
export interface Installation extends InstallationReport {
  /** Ends it, and removes its folder. Safe to repeat. */
  stop(): Promise<void>;
}

const Report = z.object({
  url: z.string(),
  adminKey: z.string(),
  databaseUrl: z.string(),
  commandKey: z.string(),
});

const FILE = fileURLToPath(new URL('./installation.ts', import.meta.url));

/** What would make this installation another than the one that is shown. */
const OURS =
  /^(FORESTALL|HEAL|DATABASE|DB|NEON|QSTASH|RENDER|CRON|VERCEL|GITHUB|ACTION_WEBHOOK|STATUS_FEED)_/;

/** The environment without what belongs to other installations. */
export function neutralEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !OURS.test(name)));
}

/** How an installation is started that is thrown away afterwards. */
export interface InstallationOptions {
  readonly settings: Partial<Settings>;
  /** Webhooks and status pages: variables that begin with `ACTION_WEBHOOK_` or `STATUS_FEED_`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where its functions log to; null is nowhere. */
  readonly logFile: string | null;
}

/**
 * Start an installation in a process of its own.
 *
 * @throws {Error} with its own last words when it does not come up
 */
export async function startInstallation({
  settings,
  env = {},
  logFile,
}: InstallationOptions): Promise<Installation> {
  const log = logFile === null ? null : openSync(logFile, 'a');
  const child = spawn(process.execPath, ['--import', 'tsx', FILE], {
    cwd: ROOT,
    env: {
      ...neutralEnvironment(process.env),
      ...env,
      FORESTALL_SETTINGS: JSON.stringify(settings),
    },
    stdio: ['ignore', log ?? 'ignore', log ?? 'pipe', 'ipc'],
  });
  if (log !== null) closeSync(log);
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4096);
  });
  const ended = once(child, 'exit');
  const told = once(child, 'message').then(([message]) => Report.parse(message));
  const early = ended.then(() =>
    Promise.reject(new Error(`Forestall did not start: ${said.trim() || 'no word why'}`)),
  );
  const report = await Promise.race([told, early]);
  early.catch(() => undefined);
  return {
    ...report,
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
