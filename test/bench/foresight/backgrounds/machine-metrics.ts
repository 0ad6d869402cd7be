import { readFileSync, statfsSync } from 'node:fs';

const numbers = (line: string): number[] => line.trim().split(/\s+/).slice(1).map(Number);

/** Jiffies that all processors were busy, and all jiffies, since the machine started. */
function jiffies(): { readonly busy: number; readonly all: number } {
  const [first = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0, steal = 0] =
    numbers(first);
  const busy = user + nice + system + irq + soft + steal;
  return { busy, all: busy + idle + wait };
}

/** Percent of memory that is not available to a new process. */
function memoryUsage(): number {
  const text = readFileSync('/proc/meminfo', 'utf8');
  const kib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN);
  return 100 * (1 - kib('MemAvailable') / kib('MemTotal'));
}

function diskUsage(path: string): number {
  const { blocks, bfree, bavail } = statfsSync(path);
  const used = blocks - bfree;
  return (100 * used) / (used + bavail);
}

/** Measure this machine from its kernel: processor since the last call, memory, and the disk of `/`. */
export function createMachineMeter(): () => Record<string, number> {
  let last = jiffies();
  return () => {
    const now = jiffies();
    const cpu = (100 * (now.busy - last.busy)) / Math.max(1, now.all - last.all);
    last = now;
    return { cpu_usage: cpu, memory_usage: memoryUsage(), disk_usage: diskUsage('/') };
  };
}
