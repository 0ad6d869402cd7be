import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Where `/proc/<pid>/stat` says when the process started, counted after the name's closing bracket. */
const START_FIELD = 19;

/**
 * A word that names one running process and no later one with the same number.
 *
 * It holds the number and the instant of the start, because numbers come back: the first process of a
 * container has the same one every time.
 *
 * @returns null when no such process runs (one that has ended and was not yet collected does not run)
 */
export function processIdentity(pid: number): string | null {
  const stat = procStat(pid);
  if (stat !== undefined) return stat;
  const ps = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (ps.error !== undefined) return signalable(pid) ? String(pid) : null;
  const [state = '', ...started] = ps.stdout.trim().split(/\s+/);
  return state === '' || state.startsWith('Z') ? null : `${pid} ${started.join(' ')}`;
}

/** The same from the kernel's own file; undefined where there is no such file system. */
function procStat(pid: number): string | null | undefined {
  const text = readOrNull(`/proc/${pid}/stat`);
  if (text === null) return readOrNull('/proc/self/stat') === null ? undefined : null;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? null : `${pid} ${fields[START_FIELD] ?? ''}`;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function signalable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
