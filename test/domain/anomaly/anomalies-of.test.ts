import { describe, expect, it } from 'vitest';
import { anomaliesOf, MOST_METRICS } from '../../../lib/domain/anomaly/anomalies-of.js';
import type { AnomalyMemory } from '../../../lib/domain/anomaly/anomaly.js';
import { EVENTFUL, QUIET } from '../../bench/anomaly/kinds.js';
import { firings } from '../../bench/anomaly/watch.js';
import { gaussOf, instant, values, windowOf } from '../series.js';

const DAY = 1440;
const HORIZON_S = 3600;

/** What a look at one metric finds, when it has been known for two days by the records given. */
function lookAt(y: readonly number[], highest = [1, 1, 1, 1], metric = 'queue_depth') {
  const at = instant(60 * (y.length - 2)).getTime();
  const since = at - 2 * 86_400_000;
  const before = { [metric]: { since, at, bucket: 0, highest, fired: null } };
  return anomaliesOf({ window: windowOf({ [metric]: y }), before, horizonS: HORIZON_S });
}

const gauss = gaussOf(7);
const quiet = values(239, () => 100 + 5 * gauss());

describe('anomaliesOf', () => {
  it.each([
    { kind: 'white noise', atMost: 1 },
    { kind: 'heavy-tailed noise', atMost: 6 },
    { kind: 'random walk', atMost: 3 },
    { kind: 'daily season', atMost: 1 },
    { kind: 'counter', atMost: 1 },
    { kind: 'constant', atMost: 0 },
    { kind: 'sparse spikes', atMost: 6 },
  ])('fires at most $atMost times in a week of $kind', ({ kind, atMost }) => {
    const line = QUIET[kind] ?? (() => () => Number.NaN);
    expect(firings(values(8 * DAY, line(4))).length).toBeLessThanOrEqual(atMost);
  });

  it.each(Object.entries(EVENTFUL))('notices a %s within twelve hours', (_name, one) => {
    const begins = 3 * DAY + 600;
    const usual = values(begins + 720, one.kind(5));
    const line = usual.map((y, i) => (i < begins ? y : one.happens(y, i - begins, i)));
    expect(firings(line).filter((minute) => minute >= begins)).not.toHaveLength(0);
  });

  it('scores what is over its record above a half, in words', () => {
    const [found] = lookAt([...quiet, 400]).found;
    expect(found).toMatchObject({ metric: 'queue_depth', value: 400 });
    expect(found?.score).toBeGreaterThan(0.9);
    expect(found?.score).toBeLessThanOrEqual(1);
    expect(found?.firedAt).toBe(instant(60 * 239).getTime());
    expect(found?.text).toContain('more than ever before');
  });

  it('is not news where it has been so before', () => {
    const [found] = lookAt([...quiet, 400], [100, 100, 100, 100]).found;
    expect(found?.firedAt ?? null).toBeNull();
  });

  it('is told for one horizon, and once', () => {
    const first = lookAt([...quiet, 400]);
    const again = anomaliesOf({
      window: windowOf({ queue_depth: [...quiet, 400] }),
      before: first.memory,
      horizonS: HORIZON_S,
    });
    expect(again.found[0]?.firedAt).toBe(first.found[0]?.firedAt);
    expect(again.memory['queue_depth']?.highest).toEqual(first.memory['queue_depth']?.highest);
  });

  it.each([
    { what: 'few points', y: values(59, (i) => (i === 58 ? 900 : 1)) },
    { what: 'a constant', y: values(240, () => 7) },
    { what: 'values beyond any sum', y: [...quiet, Number.MAX_VALUE] },
    { what: 'a huge constant', y: values(240, () => 1e300) },
    { what: 'a negative constant', y: values(240, () => -3) },
    { what: 'rounding alone', y: values(240, (i) => 1e9 + (i % 2)) },
  ])('finds nothing in $what', ({ y }) => {
    expect(lookAt(y).found.filter(({ firedAt }) => firedAt !== null)).toEqual([]);
  });

  it('finds nothing the first time, nor in the first 24 horizons', () => {
    const window = windowOf({ queue_depth: [...quiet, 400] });
    const first = anomaliesOf({ window, before: {}, horizonS: HORIZON_S });
    expect(first.found).toEqual([]);
    const records = first.memory['queue_depth'];
    expect(records?.highest[0]).toBeGreaterThan(10);
    expect(firings([...quiet.slice(0, 230), 400, ...quiet])).toEqual([]);
  });

  it.each(['cpu_usage', 'memory_usage', 'error_rate', 'latency_ms', 'disk_usage'])(
    'leaves %s to the forecast',
    (metric) => {
      const { found, memory } = lookAt([...quiet, 400], [1, 1, 1, 1], metric);
      expect({ found, memory }).toEqual({ found: [], memory: {} });
    },
  );

  it('keeps a bounded number of metrics, those known already first', () => {
    const names = values(60, (i) => i).map((i) => `metric_${String(i).padStart(2, '0')}`);
    const window = windowOf(Object.fromEntries(names.map((name) => [name, quiet])));
    const known: AnomalyMemory = anomaliesOf({
      window: windowOf({ zebra: quiet }),
      before: {},
      horizonS: HORIZON_S,
    }).memory;
    const both = { ...window, series: { ...window.series, ...windowOf({ zebra: quiet }).series } };
    const { memory } = anomaliesOf({ window: both, before: known, horizonS: HORIZON_S });
    expect(Object.keys(memory)).toHaveLength(MOST_METRICS);
    expect(memory).toHaveProperty('zebra');
  });

  it('keeps what it knows of a metric whose window has begun anew', () => {
    const { memory } = lookAt([...quiet, 400]);
    const window = windowOf({ queue_depth: [1, 2, 3] });
    expect(anomaliesOf({ window, before: memory, horizonS: HORIZON_S }).memory).toEqual(memory);
  });
});
