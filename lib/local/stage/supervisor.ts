import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';

/** How a process is started, again and again. */
export interface SupervisedProgram {
  /** Flags of Node, then the file. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** One end of a supervised process. */
export interface Exit {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Exit code 0 is an end in good order; anything else the process did not want. */
  readonly orderly: boolean;
  readonly why: string;
}

/** A process that is there again whenever it ends. */
export interface Supervised {
  readonly url: string;
  readonly exits: readonly Exit[];
  /**
   * Ask the process to end (SIGTERM), make it end when it does not in time, and start another program in its
   * place; ends once that one listens. @throws {Error} when it does not
   */
  replace(program: SupervisedProgram): Promise<void>;
  /** Ends the process for good. Safe to repeat. */
  stop(): Promise<void>;
}

/** Between an end and the next start, milliseconds. */
const PAUSE_MS = 100;
/** For a process that was asked to end, milliseconds. */
const LEAVE_MS = 1500;
/** Between two looks whether the next one was started, milliseconds. */
const LOOK_MS = 20;
/** Of what a process says last. */
const LAST_WORDS = 8192;

const Ready = z.object({ port: z.number().int().positive() });

interface Run {
  readonly child: ChildProcess;
  readonly port: Promise<number>;
  readonly exit: Promise<Exit>;
}

function whyEnded(code: number | null, signal: string | null, said: string): string {
  if (code === 0) return 'ended in good order';
  if (said.includes('heap out of memory')) return 'died: JavaScript heap out of memory';
  const last = said.trim().split('\n').at(-1) ?? '';
  return `died with ${signal ?? `code ${code}`}${last === '' ? '' : `: ${last.slice(0, 200)}`}`;
}

function run({ args, cwd, env }: SupervisedProgram, port: number): Run {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-LAST_WORDS);
  });
  const exit = once(child, 'close').then(([code, signal]) => ({
    at: Date.now(),
    orderly: code === 0,
    why: whyEnded(code, signal, said),
  }));
  const told = once(child, 'message').then(([message]) => Ready.parse(message).port);
  const early = exit.then(({ why }) =>
    Promise.reject(new Error(`a service did not start: ${why}`)),
  );
  return { child, exit, port: Promise.race([told, early]) };
}

/**
 * Start a process that reports the port it listens on, and start it again on the same port whenever it
 * ends, as a platform does.
 *
 * @param wanted - the port that it is to listen on; 0 for any
 * @throws {Error} when it ends before it has reported its port for the first time
 */
export async function supervise(program: SupervisedProgram, wanted = 0): Promise<Supervised> {
  const exits: Exit[] = [];
  const stopping = new AbortController();
  let next = program;
  let now = run(program, wanted);
  const port = await now.port;
  async function keepUp(): Promise<void> {
    while (!stopping.signal.aborted) {
      const exit = await now.exit;
      if (stopping.signal.aborted) return;
      exits.push(exit);
      await pause(PAUSE_MS);
      if (stopping.signal.aborted) return;
      now = run(next, port);
      now.port.catch(() => undefined);
    }
  }
  const kept = keepUp();
  return {
    url: `http://127.0.0.1:${port}`,
    exits,
    async replace(other) {
      next = other;
      const old = now;
      old.child.kill('SIGTERM');
      const force = setTimeout(() => old.child.kill('SIGKILL'), LEAVE_MS);
      await old.exit;
      clearTimeout(force);
      while (now === old && !stopping.signal.aborted) await pause(LOOK_MS);
      await now.port;
    },
    async stop() {
      stopping.abort();
      now.child.kill('SIGKILL');
      await now.exit;
      await kept;
    },
  };
}
