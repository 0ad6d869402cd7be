import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Line as MetricLine } from '../../lib/domain/health/lines.js';
import { DEFAULT_SETTINGS } from '../../lib/domain/settings.js';
import { assessLines } from '../../lib/flows/assess.js';
import type { ComponentHistory } from '../../lib/flows/replay/history.js';
import { recentLines } from '../../lib/flows/replay/recent-lines.js';
import { tellBlock } from '../../lib/flows/replay/told.js';
import { firstWatched, watcherOf } from '../../lib/flows/replay/watch.js';
import { fileInput } from '../../lib/local/backtest/file-input.js';
import { readOptions } from '../../lib/local/backtest/options.js';
import { planTicks } from '../../lib/local/backtest/plan-ticks.js';
import { ROOT } from '../../lib/local/stack.js';
import { figure, type Line } from './table.js';

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 0, 5);
const COMPONENTS = 50;
const DAYS = 30;
const EVERY_MS = 5 * MINUTE_MS;

/** One minute of one component: days, noise, and one in ten that leaks and is started anew. */
function row(component: number, minute: number): string {
  const day = Math.sin((minute / 1440) * 2 * Math.PI);
  const noise = ((minute * 7919 + component * 104_729) % 1000) / 1000;
  const leak = component % 10 === 3 ? (minute % 9000) * 0.005 : 0;
  const values = [
    (40 + 15 * day + 5 * noise).toFixed(2),
    (45 + leak + noise).toFixed(2),
    (0.002 + 0.001 * noise).toFixed(5),
    (120 + 20 * day + 20 * noise).toFixed(1),
  ];
  return `svc-${component},${new Date(START + minute * MINUTE_MS).toISOString()},${values.join(',')}\n`;
}

/** Write a history, component by component. */
async function writeHistory(file: string, components: number, days: number): Promise<void> {
  const stream = createWriteStream(file);
  stream.write('component,at,cpu_usage,memory_usage,error_rate,latency_ms\n');
  for (let component = 0; component < components; component += 1) {
    const rows = Array.from({ length: days * 1440 }, (_, minute) => row(component, minute));
    if (!stream.write(rows.join('')))
      await new Promise<void>((next) => stream.once('drain', () => next()));
  }
  await new Promise<void>((done) => stream.end(() => done()));
}

/** Run the command as a person does, and tell how long it took, milliseconds. */
function runCommand(args: readonly string[]): Promise<number> {
  const began = performance.now();
  const command = path.join(ROOT, 'lib/local/backtest.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', command, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0
        ? resolve(performance.now() - began)
        : reject(new Error(`the backtest ended with ${code}`)),
    );
  });
}

/** Computing time of some work, microseconds: less is said of it by what else the machine does. */
function cpuUs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Of one component: what all of a look takes, what the assessment alone, and what reading its samples. */
function sharesOf(history: ComponentHistory, from: number, to: number) {
  const settings = { ...DEFAULT_SETTINGS, intervalS: EVERY_MS / 1000 };
  const ticks = planTicks(from, to, EVERY_MS);
  const count = ticks.until - ticks.from;
  const nothing = { actions: [] };
  const executors = {
    render: nothing,
    render_postgres: nothing,
    vercel: nothing,
    github: nothing,
    webhook: nothing,
    fly: nothing,
    mcp: nothing,
    kubernetes: nothing,
    neon: nothing,
    agent: nothing,
  };
  const options = { settings, everyMs: EVERY_MS, calibrations: [], rules: [], executors };
  const [copy] = history.copies;
  if (copy === undefined) throw new Error('there is nothing to assess');
  const watched = firstWatched(history);
  const walk = (look: (now: Date, lines: readonly MetricLine[]) => void): void => {
    const read = recentLines(copy, settings);
    for (let tick = ticks.from; tick < ticks.until; tick += 1) {
      const now = new Date(tick * EVERY_MS);
      look(now, read(now, null).lines(-Infinity));
    }
  };
  const allUs = cpuUs(() => tellBlock(1, watcherOf(history, options), ticks, EVERY_MS));
  const readUs = cpuUs(() => walk(() => undefined));
  const bothUs = cpuUs(() =>
    walk((now, lines) => {
      assessLines(watched, lines, { settings, now });
    }),
  );
  return {
    lookUs: allUs / count,
    assessUs: (bothUs - readUs) / count,
    samplesUs: readUs / count,
  };
}

/** Measure a backtest of a month of 50 components, as a command, and what of a look is the assessment. */
export async function benchBacktest(): Promise<Line[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'forestall-bench-'));
  try {
    const [whole, one] = [path.join(folder, 'whole.csv'), path.join(folder, 'one.csv')];
    console.error('writing a history …');
    await writeHistory(whole, COMPONENTS, DAYS);
    await writeHistory(one, 1, DAYS);
    const tookMs = await runCommand([whole, '--out', path.join(folder, 'out.jsonl')]);
    const readAt = performance.now();
    const input = await fileInput(one, readOptions([one]), DEFAULT_SETTINGS, () => undefined);
    const readUs = ((performance.now() - readAt) * 1000) / (DAYS * 1440);
    const [history] = input.histories;
    if (history === undefined) throw new Error('there is no history');
    // The first time is the compiler's.
    sharesOf(history, input.from, input.to);
    const { lookUs, assessUs, samplesUs } = sharesOf(history, input.from, input.to);
    const looks = (COMPONENTS * DAYS * 1440) / 5;
    return [
      {
        what: `backtest of ${COMPONENTS} components, ${DAYS} days`,
        median: figure(tookMs / 1000, 's'),
        spread: 'one run',
        against: '60 s',
        ratio: (tookMs / 60_000).toFixed(2),
        note: `${figure((tookMs * 1000) / looks, 'µs')} for each of ${looks.toLocaleString('en-US')} looks`,
      },
      {
        what: 'one look, computing time',
        median: figure(lookUs, 'µs'),
        spread: 'one run',
        against: 'its assessment',
        ratio: (lookUs / assessUs).toFixed(2),
        note: `assessment ${figure(assessUs, 'µs')}, its samples ${figure(samplesUs, 'µs')}; reading a row ${figure(readUs, 'µs')}`,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
