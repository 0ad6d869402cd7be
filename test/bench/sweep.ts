import { makeApp } from '../../lib/app.js';
import { readConfig } from '../../lib/config.js';
import { sweep } from '../../lib/flows/sweep.js';
import { fleetNow } from '../../lib/store/fleet.js';
import { addComponents, addMinutes } from './fleet.js';
import type { Ground } from './ground.js';
import { figure, figures, type Line, summary } from './table.js';
import { timedSql } from './timed-sql.js';

const MINUTE_MS = 60_000;

/** Samples of each component before the first tick: an hour's. */
const MINUTES = 60;

/** Measured ticks of each fleet, after a first one that writes every row for the first time. */
const TICKS = 5;

/** How long a tick took, and its parts, milliseconds. */
interface Tick {
  readonly tookMs: number;
  readonly readMs: number;
  readonly writeMs: number;
}

/** A fleet that can be swept: each call is one tick, a minute after the one before. */
interface Fleet {
  readonly components: number;
  tick(): Promise<Tick>;
}

/** Register a fleet in a database of its own, with an hour of samples. */
async function fleetOf(ground: Ground, components: number): Promise<Fleet> {
  console.error(`registering ${components} components …`);
  const { env, client } = await ground.installation(`bench_sweep_${components}`);
  // Nothing is delivered to this address: no shard is handed out, and nothing may act.
  const made = makeApp(readConfig({ ...env, FORESTALL_URL: 'http://127.0.0.1:1' }));
  const timed = timedSql(made.sql);
  const base = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
  await addComponents(client, components);
  await addMinutes(client, new Date(base), MINUTES);
  await client.query('analyze');
  const { shards } = await fleetNow(made.sql, made.baseSettings.shardSize, null);
  let minute = 0;
  return {
    components,
    async tick() {
      const at = new Date(base + minute * MINUTE_MS);
      if (minute > 0) await addMinutes(client, at, 1);
      minute += 1;
      const app = { ...made, sql: timed.sql, at, log: () => undefined };
      timed.take();
      const began = performance.now();
      const swept = await sweep(app, { shards: [...shards], tick: at.getTime() / MINUTE_MS });
      const tookMs = performance.now() - began;
      if (swept.assessed !== components) throw new Error(`only ${swept.assessed} were assessed`);
      return { tookMs, ...timed.take() };
    },
  };
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

function line({ components }: Fleet, ticks: readonly Tick[], against: string, ratio: string): Line {
  const took = summary(ticks.map(({ tookMs }) => tookMs));
  const reads = summary(ticks.map(({ readMs, tookMs }) => readMs / tookMs)).median;
  const writes = summary(ticks.map(({ writeMs, tookMs }) => writeMs / tookMs)).median;
  const each = figure(took.median / components, 'ms');
  return {
    what: `sweep of ${components.toLocaleString('en-US')}`,
    ...figures(took, 'ms'),
    against,
    ratio,
    note: `${each} each; reads ${percent(reads)}, writes ${percent(writes)}, the rest ${percent(1 - reads - writes)}`,
  };
}

/**
 * Measure whole ticks over 1,000 and over 10,000 components: every shard is read, assessed and written,
 * and the fleet decided on, by the sweep's flow in this process, one shard after the other.
 *
 * The two take turns, so that a machine that is busier for a while is so for both.
 */
export async function benchSweep(ground: Ground): Promise<Line[]> {
  const few = await fleetOf(ground, 1000);
  const many = await fleetOf(ground, 10_000);
  await few.tick();
  await many.tick();
  const small: Tick[] = [];
  const large: Tick[] = [];
  for (let round = 1; round <= TICKS; round += 1) {
    console.error(`sweep ${round} of ${TICKS} …`);
    small.push(await few.tick());
    large.push(await many.tick());
  }
  const ratios = summary(large.map(({ tookMs }, i) => tookMs / (small[i]?.tookMs ?? Number.NaN)));
  const { median, spread } = figures(ratios, '');
  return [line(few, small, '', ''), line(many, large, `that of 1,000 (${spread})`, median.trim())];
}
