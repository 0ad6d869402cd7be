import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { ROOT } from '../../lib/local/stack.js';

/** The functions, served by a process of their own. */
export interface FunctionsProcess {
  readonly url: string;
  stop(): Promise<void>;
}

const Ready = z.object({ url: z.string() });

/**
 * Serve the functions by a process of their own, whose log is thrown away.
 *
 * @throws {Error} when it ends before it is ready
 */
export async function startFunctionsProcess(
  env: Readonly<Record<string, string>>,
): Promise<FunctionsProcess> {
  const file = path.join(ROOT, 'lib/local/functions-process.ts');
  const child = spawn(process.execPath, [...process.execArgv, file], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  if (typeof line !== 'string') throw new Error('the functions did not start');
  return {
    ...Ready.parse(JSON.parse(line)),
    async stop() {
      child.kill();
      await ended;
    },
  };
}
