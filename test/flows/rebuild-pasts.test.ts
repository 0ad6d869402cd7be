import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../lib/app.js';
import { foldWindow } from '../../lib/domain/health/fold.js';
import { extendPast } from '../../lib/domain/past/extend-past.js';
import { BUCKETS, NO_PAST, type Past } from '../../lib/domain/past/past.js';
import { DEFAULT_SETTINGS } from '../../lib/domain/settings.js';
import { rebuildPasts } from '../../lib/flows/rebuild-pasts.js';
import { sweep } from '../../lib/flows/sweep.js';
import { nextPast } from '../../lib/store/kept-past.js';
import { type NamedSample, storeSamples } from '../../lib/store/samples.js';
import { readWindows, type Watched } from '../../lib/store/windows.js';
import { addComponent } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const HOURS = 40;

const settings = DEFAULT_SETTINGS;
const now = new Date(Math.floor(Date.now() / QUARTER) * QUARTER);
const began = now.getTime() - HOURS * 60 * MINUTE;

let flows: FlowStack;

beforeAll(async () => {
  // The samples end with the last quarter of an hour: a window must reach back to them.
  flows = await startFlowStack({ intervalS: 3600, windowS: settings.windowS });
});

afterAll(() => flows.close());

/** A copy that sends each minute, some seconds after it, but for stretches and single minutes. */
interface Sender {
  readonly instance: string;
  readonly delayS: number;
  /** Minutes since the beginning in which it is silent. */
  readonly isSilent: (minute: number) => boolean;
}

/** Numbers that look random and are not. */
const noise = (n: number): number => ((n * 7919) % 1009) / 1009;

function samplesOf(component: string, { instance, delayS, isSilent }: Sender): NamedSample[] {
  const minutes = Array.from({ length: HOURS * 60 }, (_, i) => i);
  return minutes
    .filter((minute) => !isSilent(minute))
    .map((minute) => {
      const some = noise(minute + 31 * delayS);
      const values: Record<string, number> = {
        memory_usage: 40 + 30 * Math.sin(minute / 229) + some,
        error_rate: 0.01 * some,
        queue_depth: Math.round(100 * some),
      };
      if (minute % 5 > 0) values['cpu_usage'] = 20 + 10 * some;
      const at = new Date(began + (minute * 60 + delayS) * 1000);
      return { component, sample: { at, instance, values } };
    });
}

async function store(component: string, senders: readonly Sender[]): Promise<void> {
  const all = senders.flatMap((sender) => samplesOf(component, sender));
  for (let i = 0; i < all.length; i += 4000) {
    await storeSamples(flows.app.sql, all.slice(i, i + 4000), 10_000);
  }
}

async function watchedAt(id: number, at: Date): Promise<Watched> {
  const { windowS, windowPoints: points } = settings;
  const reach = { fromId: id, toId: id, windowS, points, at };
  const [one] = (await readWindows(flows.app.sql, reach)).watched;
  if (one === undefined) throw new Error(`there is no component ${id}`);
  // A window takes samples of clocks that go ahead: those had not been sent by then.
  return { ...one, samples: one.samples.filter((sample) => sample.at <= at) };
}

const firstAt = new Date(began);

function extended(past: Past, { samples }: Watched): Past {
  const window = foldWindow(samples, { intervalS: settings.intervalS, firstAt });
  return nextPast(past, extendPast(past, window, settings));
}

/** The past as sweeps have grown it, from the first sample on. */
async function grownUntil(id: number, end: Date): Promise<Past> {
  let past = NO_PAST;
  for (let at = began; at <= end.getTime(); at += QUARTER) {
    past = extended(past, await watchedAt(id, new Date(at)));
  }
  return past;
}

/** What the database keeps of a component that was swept by a version without a past. */
async function keepState(id: number): Promise<void> {
  await flows.app.sql`
    insert into component_state (
      component_id, memory, assessment, evidence, premise, assessed_at, first_sample_at)
    values (${id}::int, '{}', '{}', '{}', '{}', now(), ${firstAt.toISOString()}::timestamptz)`;
}

/** All that is known of the metrics, but for the levels that were survived. */
const bucketsOf = ({ metrics }: Past) =>
  Object.fromEntries(
    Object.entries(metrics).map(([metric, { survived: _, ...buckets }]) => [metric, buckets]),
  );

const plain: Sender = { instance: '', delayS: 0, isSilent: (m) => noise(m) < 0.05 };

/** A component of some senders. */
async function made(name: string, senders: readonly Sender[]): Promise<number> {
  const id = await addComponent(flows.stack, name);
  await store(name, senders);
  return id;
}

describe('rebuildPasts', () => {
  it.each<{ name: string; senders: Sender[] }>([
    { name: 'alone', senders: [plain] },
    {
      name: 'with-gaps',
      senders: [
        {
          ...plain,
          isSilent: (m) => m % 37 === 0 || (m > 300 && m < 480) || (m > 1500 && m < 1600),
        },
      ],
    },
    {
      name: 'several',
      senders: [
        { instance: 'a', delayS: 0, isSilent: () => false },
        { instance: 'b', delayS: 5, isSilent: (m) => m < 700 || m % 11 === 0 },
        { instance: 'c', delayS: 9, isSilent: (m) => m > 500 && m < 1900 },
      ],
    },
  ])(
    'gives the past that sweeps have grown, bucket for bucket: $name',
    async ({ name, senders }) => {
      const id = await made(name, senders);
      const grown = await grownUntil(id, now);
      await keepState(id);
      const watched = await watchedAt(id, now);
      const { pasts, waiting } = await rebuildPasts(flows.app, [watched], settings, now);
      expect(waiting.size).toBe(0);
      const rebuilt = extended(pasts.get(id) ?? NO_PAST, watched);
      expect(bucketsOf(rebuilt)).toEqual(bucketsOf(grown));
      for (const [metric, { mean, survived }] of Object.entries(rebuilt.metrics)) {
        expect(mean).toHaveLength(BUCKETS);
        // It fades a little with each bucket, and four digits of it are kept each time.
        const before = grown.metrics[metric]?.survived ?? Number.NaN;
        expect(Math.abs(survived / before - 1)).toBeLessThan(0.002);
      }
    },
  );

  it('does nothing for what has a past, has no more than its window, or sends nothing', async () => {
    const one = { ...(await watchedAt(1, now)), firstSampleAt: firstAt };
    const fed = extended(NO_PAST, one);
    const all = [
      { ...one, past: fed },
      { ...one, firstSampleAt: one.samples[0]?.at ?? null },
      { ...one, firstSampleAt: null },
      { ...one, samples: [] },
    ];
    const { pasts, waiting } = await rebuildPasts(flows.app, all, settings, now);
    expect([pasts.size, waiting.size]).toEqual([0, 0]);
  });

  it('does as much as one sweep can, what misses most first, and tells what waits', async () => {
    const one = await watchedAt(1, now);
    const many = Array.from({ length: 200 }, (_, i) => ({
      ...one,
      component: { ...one.component, id: 1000 + i },
      firstSampleAt: new Date(began + i * MINUTE),
    }));
    const { pasts, waiting } = await rebuildPasts(flows.app, many, settings, now);
    expect(pasts.size + waiting.size).toBe(200);
    expect(pasts.has(1000)).toBe(true);
    expect(waiting.has(1199)).toBe(true);
  });

  it('leaves the sweep alone where it fails, and logs it', async () => {
    const events: unknown[] = [];
    const sql = Object.assign(() => Promise.reject(new Error('gone')), {
      transaction: flows.app.sql.transaction,
    });
    const app: App = { ...flows.app, sql: sql as never, log: (line) => events.push(line['event']) };
    const one = { ...(await watchedAt(1, now)), firstSampleAt: firstAt };
    const { pasts, waiting } = await rebuildPasts(app, [{ ...one, past: NO_PAST }], settings, now);
    expect([pasts.size, [...waiting]]).toEqual([0, [one.component.id]]);
    expect(events).toEqual(['past_not_rebuilt']);
  });
});

describe('sweep', () => {
  it('keeps a past that was worked out', async () => {
    await flows.app.sql`update component_state set past = null`;
    await flows.app.sql`update sweep_shards set leased_until = now()`;
    // Whatever tick has been swept meanwhile, this one has not.
    await sweep(flows.app, { tick: Math.floor(Date.now() / 1000) + 1800 });
    const kept = await flows.app.sql`
      select jsonb_array_length(past -> 'metrics' -> 'memory_usage' -> 'mean') as buckets
      from component_state
      order by component_id`;
    expect(kept.map(({ buckets }) => buckets)).toEqual([BUCKETS, BUCKETS, BUCKETS]);
  });

  it('keeps nothing of a component whose turn has not come', async () => {
    await flows.app.sql`update component_state set past = null`;
    await flows.app.sql`update sweep_shards set leased_until = now()`;
    const { sql } = flows.app;
    const tag = (strings: TemplateStringsArray, ...values: unknown[]) =>
      strings[0]?.includes('with wanted as')
        ? Promise.reject(new Error('gone'))
        : sql(strings, ...values);
    const app = {
      ...flows.app,
      sql: Object.assign(tag, { transaction: sql.transaction }) as never,
    };
    expect((await sweep(app, { tick: Math.floor(Date.now() / 1000) + 3500 })).assessed).toBe(3);
    const kept = await sql`select past from component_state where past is not null`;
    expect(kept).toEqual([]);
  });
});
