import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';

/** Reads a small file of the kernel; null when it is not there. */
export type ReadText = (path: string) => string | null;

/** What this process may use. */
export interface Limits {
  /** Bytes of memory: the container's limit, or the machine's memory. */
  readonly memoryBytes: number;
  /** Processor cores; a fraction where the container has a quota. */
  readonly cores: number;
}

const ROOT = '/sys/fs/cgroup';

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

/** A folder below a controller's root, and all above it: each of them limits. */
function upward(root: string, path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return [...parts.keys(), parts.length].map((depth) => [root, ...parts.slice(0, depth)].join('/'));
}

/** The folders of a controller that hold this process, in version 2 (`''`) or version 1 (its name). */
function folders(controller: string, read: ReadText): string[] {
  const root = controller === '' ? ROOT : `${ROOT}/${controller}`;
  const lines = (read('/proc/self/cgroup') ?? '').split('\n');
  const own = lines
    .map((line) => line.split(':'))
    .find(([, names]) => names?.split(',').includes(controller));
  return upward(root, own?.slice(2).join(':') ?? '');
}

function numbersIn(text: string | null): number[] {
  return (text ?? '').split(/\s+/).map((word) => Number(word || Number.NaN));
}

/** The tightest of some limits; null without any, or when it does not limit below `most`. */
function tightest(found: readonly number[], most: number): number | null {
  const least = Math.min(...found.filter((value) => value > 0));
  return least < most ? least : null;
}

function memoryLimits(read: ReadText): number[] {
  return [
    ...folders('', read).map((folder) => `${folder}/memory.max`),
    ...folders('memory', read).map((folder) => `${folder}/memory.limit_in_bytes`),
  ].map((path) => numbersIn(read(path))[0] ?? Number.NaN);
}

function coreLimits(read: ReadText): number[] {
  const version2 = folders('', read).map((folder) => numbersIn(read(`${folder}/cpu.max`)));
  const version1 = folders('cpu', read).map((folder) => [
    ...numbersIn(read(`${folder}/cpu.cfs_quota_us`)),
    ...numbersIn(read(`${folder}/cpu.cfs_period_us`)),
  ]);
  return [...version2, ...version1].map(([quota = Number.NaN, period = 0]) => quota / period);
}

/**
 * Find out what this process may use: the tightest limit of its control groups (version 2 or 1, the
 * process's own group and all above it), otherwise what the machine has.
 *
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html
 */
export function findLimits(read: ReadText = readText): Limits {
  const cores = availableParallelism();
  return {
    memoryBytes: tightest(memoryLimits(read), totalmem()) ?? totalmem(),
    cores: tightest(coreLimits(read), cores) ?? cores,
  };
}
