import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { ROOT } from '../stack.js';
import type { InstallationReport } from './installation.js';
import { DEMO_SETTINGS } from './settings.js';

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

/** What would make this installation another than the demo's. */
const OURS = /^(FORESTALL|HEAL|DATABASE|DB|NEON|QSTASH|RENDER|CRON|VERCEL|GITHUB)_/;

/** The environment without what belongs to other installations. */
export function neutralEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !OURS.test(name)));
}

/**
 * Start an installation in a process of its own.
 *
 * @param logFile - where its functions log to; null is nowhere
 * @throws {Error} with its own last words when it does not come up
 */
export async function startInstallation(logFile: string | null): Promise<Installation> {
  const log = logFile === null ? null : openSync(logFile, 'a');
  const child = spawn(process.execPath, ['--import', 'tsx', FILE], {
    cwd: ROOT,
    env: {
      ...neutralEnvironment(process.env),
      FORESTALL_SETTINGS: JSON.stringify(DEMO_SETTINGS),
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
