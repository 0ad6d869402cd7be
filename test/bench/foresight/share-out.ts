import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Job, Result } from './jobs.js';
import type { MethodName } from './methods.js';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** Have one process work off jobs until none is left. */
function workOff(
  child: ChildProcess,
  take: () => { readonly job: Job; done(result: Result): void } | undefined,
  methods: readonly MethodName[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    let doing: ReturnType<typeof take>;
    const next = (): void => {
      doing = take();
      if (doing === undefined) child.disconnect();
      else child.send({ job: doing.job, methods });
    };
    child.on('message', ({ result, error }: { result?: Result; error?: string }) => {
      if (result !== undefined) doing?.done(result);
      else reject(new Error(`watching ${doing?.job.kind} failed: ${error}`));
      next();
    });
    child.on('error', reject);
    child.on('exit', () =>
      doing === undefined ? resolve() : reject(new Error(`watching ${doing.job.kind} ended`)),
    );
    next();
  });
}

/**
 * Share jobs out among processes.
 *
 * @param processes - how many, at least one; the results do not depend on it
 * @param onDone - told after each job how many are done
 * @returns the results, in the order of the jobs
 * @throws {Error} when a job cannot be done, or a process ends before its job does
 */
export async function shareOut(
  jobs: readonly Job[],
  methods: readonly MethodName[],
  processes: number,
  onDone: (done: number) => void,
): Promise<Result[]> {
  const results: Result[] = [];
  let [taken, finished] = [0, 0];
  const take = () => {
    const index = taken;
    const job = jobs[index];
    taken += 1;
    if (job === undefined) return undefined;
    const done = (result: Result): void => {
      results[index] = result;
      finished += 1;
      onDone(finished);
    };
    return { job, done };
  };
  const children = Array.from({ length: Math.min(processes, jobs.length) }, () =>
    fork(WORKER, { execArgv: ['--import', 'tsx'] }),
  );
  try {
    await Promise.all(children.map((child) => workOff(child, take, methods)));
  } finally {
    for (const child of children) child.kill();
  }
  return results;
}
