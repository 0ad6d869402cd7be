import { makeApp } from '../../lib/app.js';
import { readConfig } from '../../lib/config.js';
import { sweep } from '../../lib/flows/sweep.js';
import { fleetNow } from '../../lib/store/fleet.js';
import { addComponents, addMinutes } from './fleet.js';
import type { Ground } from './ground.js';
import { figure, figures, type Line, type Summary, summary } from './table.js';
import { timedSql } from './timed-sql.js';

const MINUTE_MS = 60_000;

/** Samples of each component before the first tick: an hour's. */
const MINUTES = 60;

/** Measured ticks, after the first, which writes every row for the first time. */
const TICKS = 5;

interface Measured {
  readonly tickMs: Summary;
  readonly readShare: number;
  readonly writeShare: number;
}

/**
 * Measure whole ticks: every shard is read, assessed and written, and the fleet decided on, by the
 * sweep's flow in this process, one shard after the other.
 */
async function measure(ground: Ground, components: number): Promise<Measured> {
  const { env, client } = await ground.installation(`bench_sweep_${components}`);
  // Nothing is delivered to this address: no shard is handed out, and nothing may act.
  const made = makeApp(readConfig({ ...env, FORESTALL_URL: 'http://127.0.0.1:1' }));
  const timed = timedSql(made.sql);
  await addComponents(client, components);
  const base = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
  await addMinutes(client, new Date(base), MINUTES);
  await client.query('analyze');
  const { shards } = await fleetNow(made.sql, made.baseSettings.shardSize, null);
  const took: number[] = [];
  const reads: number[] = [];
  const writes: number[] = [];
  for (let tick = 0; tick <= TICKS; tick += 1) {
    const at = new Date(base + tick * MINUTE_MS);
    if (tick > 0) await addMinutes(client, at, 1);
    const app = { ...made, sql: timed.sql, at, log: () => undefined };
    timed.take();
    const began = performance.now();
    const swept = await sweep(app, { shards: [...shards], tick: at.getTime() / MINUTE_MS });
    const tookMs = performance.now() - began;
    if (swept.assessed !== components) throw new Error(`only ${swept.assessed} were assessed`);
    const { readMs, writeMs } = timed.take();
    if (tick === 0) continue;
    took.push(tookMs);
    reads.push(readMs / tookMs);
    writes.push(writeMs / tookMs);
  }
  return {
    tickMs: summary(took),
    readShare: summary(reads).median,
    writeShare: summary(writes).median,
  };
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

function line(components: number, measured: Measured, against: string, ratio: string): Line {
  const { tickMs, readShare, writeShare } = measured;
  const each = figure(tickMs.median / components, 'ms');
  const rest = 1 - readShare - writeShare;
  return {
    what: `sweep of ${components.toLocaleString('en-US')}`,
    ...figures(tickMs, 'ms'),
    against,
    ratio,
    note: `${each} each; reads ${percent(readShare)}, writes ${percent(writeShare)}, the rest ${percent(rest)}`,
  };
}

/** Measure one tick over 1,000 and over 10,000 components, with an hour of samples each. */
export async function benchSweep(ground: Ground): Promise<Line[]> {
  const few = 1000;
  const many = 10_000;
  console.error(`sweep of ${few} …`);
  const small = await measure(ground, few);
  console.error(`sweep of ${many} …`);
  const large = await measure(ground, many);
  const ratio = (large.tickMs.median / small.tickMs.median).toFixed(1);
  return [
    line(few, small, '', ''),
    line(many, large, `that of 1,000: ${figure(small.tickMs.median, 'ms')}`, ratio),
  ];
}
