import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Prediction, Said } from '../../../lib/domain/assessment.js';
import { foldWindow } from '../../../lib/domain/health/fold.js';
import { limitsFor } from '../../../lib/domain/metrics.js';
import { extendPast } from '../../../lib/domain/past/extend-past.js';
import { NO_PAST } from '../../../lib/domain/past/past.js';
import { predict } from '../../../lib/domain/predict/predict.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';
import type { Window } from '../../../lib/domain/window.js';
import { gaussOf, instant, randomOf, samplesOf, values, windowOf } from '../series.js';

const settings = DEFAULT_SETTINGS;
const LONG_AGO = instant(-30 * 86_400);

function predictOf(window: Window, of = settings, now = window.lastAt ?? instant(0)): Prediction {
  return predict(window, {
    limits: limitsFor(Object.keys(window.series), {}, of),
    ...{ settings: of, now },
  });
}

/**
 * What is predicted of one metric, a minute between its points, of a component that is not young.
 */
function of(metric: string, y: readonly number[]): Prediction {
  return predictOf(windowOf({ [metric]: y }, { firstAt: LONG_AGO }));
}

/**
 * The levels that a component is held at, one for each point from `from` on, when it is looked at every
 * minute and what was said before is known, as it is live.
 */
function lived(
  metric: string,
  y: readonly number[],
  { from = 60, every = 1, firstAt = LONG_AGO } = {},
): { minute: number; level: Prediction['level'] }[] {
  const said: { minute: number; level: Prediction['level'] }[] = [];
  let past = NO_PAST;
  let before: Said | null = null;
  for (let end = from; end <= y.length; end += every) {
    const start = Math.max(0, end - 240);
    const cut = windowOf({ [metric]: y.slice(start, end) }, { firstAt });
    const window = shifted(cut, start * 60_000);
    const now = window.lastAt ?? instant(0);
    const limits = limitsFor([metric], {}, settings);
    past = extendPast(past, window, settings);
    const found = predict(window, { limits, settings, now, past, before });
    said.push({ minute: end - 1, level: found.level });
    before = found.said ?? null;
  }
  return said;
}

/** A window so much later. */
function shifted(window: Window, ms: number): Window {
  const series = Object.entries(window.series).map(([metric, one]) => {
    return [metric, { ...one, at: one.at.map((at) => at + ms) }] as const;
  });
  const lastAt = window.lastAt === null ? null : new Date(window.lastAt.getTime() + ms);
  return { ...window, series: Object.fromEntries(series), lastAt };
}

const clamped = (y: number): number => Math.min(97, Math.max(0, y));

/** From `flat` points at `from` straight to 97.5 within `length` points, up to the point `end`. */
interface LeakOptions {
  readonly flat?: number;
  readonly from?: number;
  readonly length?: number;
  readonly noise?: number;
  readonly seed?: number;
  readonly end?: number;
}

function leak(options: LeakOptions): number[] {
  const { flat = 120, from = 40, length = 60, noise = 0, seed = 1 } = options;
  const { end = length - 1 } = options;
  const gauss = gaussOf(seed);
  return values(flat + end, (index) => {
    const climbed = Math.max(0, index + 1 - flat) / length;
    return from + (97.5 - from) * climbed + noise * gauss();
  });
}

describe('predict, nothing to see', () => {
  it('knows nothing of an empty window', () => {
    expect(predictOf(windowOf({}))).toEqual({
      probability: expect.closeTo(0.002, 9),
      level: null,
      horizons: { '1h': 0.001, '6h': 0.003, '24h': 0.01 },
      said: { at: expect.any(Number), horizons: { '1h': 0, '6h': 0, '24h': 0 } },
      timeToFailureS: null,
      reasons: [],
      evidence: [],
    });
  });

  it.each([1, 2, 3, 5, 7])('is honest about a history of %d points', (points) => {
    const steep = values(points, (index) => 97 - 4 * (points - index));
    expect(of('memory_usage', steep).probability).toBeLessThanOrEqual(0.1);
  });

  it('says nothing of the present when the window ended more than a horizon ago', () => {
    const window = windowOf({ memory_usage: leak({}) });
    const end = window.lastAt?.getTime() ?? 0;
    expect(predictOf(window, settings, new Date(end + 60_000)).level).toBe('critical');
    expect(predictOf(window, settings, new Date(end + 3_601_000)).level).toBeNull();
  });

  it('never alarms on a flat or noisy series', { timeout: 120_000 }, () => {
    for (let seed = 1; seed <= 400; seed += 1) {
      const random = randomOf(seed);
      const gauss = gaussOf(1000 + seed);
      const level = 30 + 62 * random();
      const size = 4 * random();
      const points = 8 + Math.floor(232 * random());
      const metric = random() < 0.5 ? 'memory_usage' : 'cpu_usage';
      const y = values(points, () => clamped(level + size * gauss()));
      expect([seed, of(metric, y).level]).toEqual([seed, null]);
    }
  });

  it('is hardly ever critical at the first sight of noisy errors and latency', {
    timeout: 120_000,
  }, () => {
    let critical = 0;
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = randomOf(seed);
      const gauss = gaussOf(2000 + seed);
      const points = 8 + Math.floor(232 * random());
      const share = 0.015 * random();
      const hits = (): number =>
        values(60, () => (random() < share ? 1 : 0)).filter(Boolean).length;
      const latency = values(points, () => 100 * (1 + 9 * share) * Math.exp(0.3 * gauss()));
      const errors = of(
        'error_rate',
        values(points, () => hits() / 60),
      ).level;
      critical += errors === 'critical' ? 1 : 0;
      critical += of('latency_ms', latency).level === 'critical' ? 1 : 0;
    }
    // One in a hundred, before anything has steadied it.
    expect(critical).toBeLessThan(6);
  });

  it.each([
    { period: 6, low: 60, size: 20 },
    { period: 15, low: 55, size: 30 },
    { period: 30, low: 50, size: 35 },
    { period: 60, low: 45, size: 40 },
    { period: 80, low: 60, size: 30 },
  ])('never alarms on a sawtooth of $period points once it has seen a tooth', (saw) => {
    const gauss = gaussOf(saw.period);
    const y = values(240 + 2 * saw.period, (index) =>
      clamped(saw.low + (saw.size * (index % saw.period)) / saw.period + 0.4 * gauss()),
    );
    for (let end = 2 * saw.period + 40; end <= y.length; end += 3) {
      const { level } = of('memory_usage', y.slice(Math.max(0, end - 240), end));
      expect([end, level]).toEqual([end, null]);
    }
  });

  it.each([
    { constant: 5, plateau: 85 },
    { constant: 15, plateau: 92 },
    { constant: 30, plateau: 85 },
    { constant: 45, plateau: 85 },
    { constant: 60, plateau: 92 },
  ])('lets go of a warm-up to $plateau in $constant min', ({ constant, plateau }) => {
    const gauss = gaussOf(constant);
    const y = values(240, (index) =>
      clamped(15 + (plateau - 15) * (1 - Math.exp(-index / constant)) + 0.4 * gauss()),
    );
    const said = lived('memory_usage', y, { from: 8, firstAt: instant(0) });
    expect(said.filter(({ level }) => level === 'critical').length).toBeLessThan(70);
    expect(said.at(-1)?.level).toBeNull();
  });

  it('never alarms on a warm-up after a restart', () => {
    const gauss = gaussOf(9);
    const y = values(240, (index) =>
      index < 100 ? 82 + gauss() : 20 + 62 * (1 - Math.exp((100 - index) / 20)) + gauss(),
    );
    for (let end = 101; end <= y.length; end += 1) {
      expect([end, of('memory_usage', y.slice(0, end)).level]).toEqual([end, null]);
    }
  });

  it.each([
    { metric: 'cpu_usage', mean: 60, swing: 28, noise: 1.5 },
    { metric: 'latency_ms', mean: 800, swing: 600, noise: 40 },
    { metric: 'memory_usage', mean: 70, swing: 6, noise: 0.5 },
  ])('never alarms on a daily swing of $metric', { timeout: 60_000 }, (day) => {
    const gauss = gaussOf(11);
    const y = values(1440 + 240, (index) => {
      const swing = Math.sin((2 * Math.PI * index) / 1440);
      return day.mean + day.swing * swing + day.noise * gauss();
    });
    const levels = lived(day.metric, y, { every: 5, firstAt: instant(0) });
    expect(levels.filter(({ level }) => level !== null)).toEqual([]);
  });

  it.each([
    { name: 'a step up', y: values(240, (index) => (index < 200 ? 50 : 80)) },
    { name: 'a spike', y: values(240, (index) => (index === 238 ? 96 : 60)) },
    { name: 'a leak that was cleaned up', y: [...leak({ end: 50 }), 50, 50, 50, 50] },
  ])('says nothing an hour and a half after $name', ({ y }) => {
    const last = y.at(-1) ?? 0;
    const said = lived('memory_usage', [...y, ...values(90, () => last)]);
    expect(said.at(-1)?.level).toBeNull();
  });

  it('gives no forecast for an unknown metric', () => {
    const window = windowOf({ queue_depth: leak({}) });
    const limits = { queue_depth: { warn: 50, fail: 60 } };
    const found = predict(window, { limits, settings, now: window.lastAt ?? instant(0) });
    expect(found.level).toBeNull();
    expect(found.reasons).toEqual([]);
  });
});

describe('predict, a leak', () => {
  it.each([30, 60, 120, 240])(
    'of %d min is critical in time, not before it can be known',
    (length) => {
      const said = lived('memory_usage', leak({ length, noise: 0.7 }));
      const first = said.find(({ level }) => level === 'critical')?.minute ?? Number.NaN;
      const left = 119 + length - first;
      expect(left).toBeGreaterThanOrEqual(5);
      expect(left).toBeLessThan(90);
      expect(said.at(-1)?.level).toBe('critical');
    },
  );

  it('is critical only when the projected crossing lies within the horizon', {
    timeout: 60_000,
  }, () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = randomOf(seed);
      const length = 12 + Math.floor(300 * random());
      const end = Math.floor(length * (0.4 + 0.6 * random()));
      const y = leak({ length, end, noise: 1.5 * random(), seed }).slice(-240);
      const { level, evidence } = of('memory_usage', y);
      const crossing = evidence[0]?.crossesAt.likely?.getTime() ?? Number.POSITIVE_INFINITY;
      const now = instant(60 * (y.length - 1)).getTime();
      expect(level !== 'critical' || crossing - now <= 3_600_000).toBe(true);
    }
  });

  it('says when, why and with what numbers', () => {
    const found = of('memory_usage', leak({ length: 60, end: 45 }));
    expect(found.level).toBe('critical');
    expect(found.probability).toBe(found.horizons['1h']);
    expect(found.reasons).toEqual(['Memory leak detected', 'Memory trending to exhaustion']);
    expect(found.timeToFailureS?.likely).toBeGreaterThan(600);
    expect(found.timeToFailureS?.likely).toBeLessThan(1300);
    expect(found.evidence.map(({ metric }) => metric)).toEqual(['memory_usage', 'memory_usage']);
    expect(found.evidence[0]?.slopePerHour).toBeGreaterThan(40);
    expect(found.evidence[0]?.slopePerHour).toBeLessThan(70);
  });

  it.each([
    { hours: 2, level: 'high', low: 0.3, high: 0.5 },
    { hours: 9, level: 'medium', low: 0.1, high: 0.3 },
  ])('that is $hours h away is $level', ({ hours, level, low, high }) => {
    const slope = (97.5 - 72) / (60 * hours);
    const y = [
      ...values(20, () => 72 - 220 * slope),
      ...values(220, (index) => 72 - (219 - index) * slope),
    ];
    const found = of('memory_usage', y);
    expect(found.level).toBe(level);
    expect(found.probability).toBeGreaterThanOrEqual(low);
    expect(found.probability).toBeLessThanOrEqual(high);
  });

  it('shows on the floor of a sawtooth', () => {
    const y = values(240, (index) => 42 + 0.19 * index + (10 * (index % 12)) / 12);
    const found = of('memory_usage', y);
    expect(found.level).toBe('critical');
    expect(found.reasons).toContain('Memory leak detected');
  });

  it('is seen again after a restart', () => {
    const first = leak({ length: 60, end: 48 });
    const y = [...first, ...values(50, (index) => 40 + index)];
    expect(of('memory_usage', y.slice(-240)).level).toBe('critical');
  });

  it('names the instance that leaks', () => {
    const well = samplesOf(
      values(100, () => 40),
      { instance: 'web-1' },
    );
    const ill = samplesOf(leak({ flat: 50, length: 60, end: 50 }), { instance: 'web-2' });
    const window = foldWindow([...well, ...ill], { intervalS: 60, firstAt: LONG_AGO });
    expect(predictOf(window).evidence[0]?.instance).toBe('web-2');
  });

  it('needs most of the samples of its trend to be there', () => {
    const samples = samplesOf(leak({ flat: 60, length: 60, end: 50 }));
    const folded = (keep: (index: number) => boolean): Window =>
      foldWindow(
        samples.filter((_, index) => keep(index)),
        { intervalS: 60, firstAt: LONG_AGO },
      );
    expect(predictOf(folded((index) => index % 10 !== 5)).level).toBe('critical');
    expect(predictOf(folded((index) => index < 70 || index > 104)).level).toBeNull();
  });
});

describe('predict, other failures', () => {
  it.each([
    { metric: 'disk_usage', reason: 'Disk trending to exhaustion' },
    { metric: 'db_connections_usage', reason: 'Connections trending to exhaustion' },
  ])('sees $metric coming', ({ metric, reason }) => {
    const found = of(metric, leak({ length: 60, end: 45, noise: 0.5 }));
    expect(found.level).toBe('critical');
    expect(found.reasons).toEqual([reason]);
  });

  it('sees errors that double and double', () => {
    const y = values(180, (index) => 0.002 * 2 ** (Math.max(0, index - 100) / 18));
    const found = of('error_rate', y);
    expect(found.level).toBe('critical');
    expect(found.reasons).toEqual(['Error rate doubling']);
    expect(found.evidence[0]?.now).toBeLessThan(0.05);
  });

  it('is in no hurry about errors that double far below their limit', () => {
    const y = values(180, (index) => 0.0001 * 2 ** (Math.max(0, index - 100) / 40));
    expect(['critical', 'high']).not.toContain(of('error_rate', y).level);
  });

  it.each([
    { name: 'exponentially', at: (share: number) => 150 * (5000 / 150) ** share },
    { name: 'like a queue', at: (share: number) => 100 / (1 - (0.3 + 0.68 * share)) },
    { name: 'linearly', at: (share: number) => 300 + 4700 * share },
  ])('sees latency that grows $name', ({ at }) => {
    const gauss = gaussOf(3);
    const y = values(190, (index) => at(Math.max(0, index - 120) / 80) * Math.exp(0.08 * gauss()));
    const found = of('latency_ms', y);
    expect(['critical', 'high']).toContain(found.level);
    expect(found.reasons).toEqual(['Latency degrading']);
  });

  it.each([
    { metric: 'cpu_usage', value: 99, reason: 'CPU trending to exhaustion' },
    { metric: 'memory_usage', value: 98, reason: 'Memory trending to exhaustion' },
    { metric: 'error_rate', value: 0.4, reason: 'Error rate doubling' },
    { metric: 'latency_ms', value: 9000, reason: 'Latency degrading' },
  ])('is nearly sure when $metric fails already, however short its history', (failing) => {
    const found = of(failing.metric, [failing.value, failing.value, failing.value]);
    expect(found.probability).toBeCloseTo(0.97, 12);
    expect(found.level).toBe('critical');
    expect(found.timeToFailureS).toEqual({ low: 0, likely: 0, high: 0 });
    expect(found.reasons).toEqual([failing.reason]);
  });

  it('takes a busy processor for a failure only where no objective is measured', () => {
    const cpu_usage = [99, 99, 99];
    expect(of('cpu_usage', cpu_usage).level).toBe('critical');
    const kept = windowOf({ cpu_usage, latency_ms: [90, 90, 90] }, { firstAt: LONG_AGO });
    expect(predictOf(kept).level).toBeNull();
  });

  it('says what each way to fail has to say, and the loudest when', () => {
    const memory = leak({ length: 60, end: 45, noise: 0.5 });
    const disk = leak({ length: 240, end: 45, noise: 0.5, seed: 2 });
    const firstAt = LONG_AGO;
    const both = predictOf(windowOf({ memory_usage: memory, disk_usage: disk }, { firstAt }));
    const one = predictOf(windowOf({ memory_usage: memory }, { firstAt }));
    expect(both.probability).toBeGreaterThanOrEqual(one.probability);
    expect(both.timeToFailureS).toEqual(one.timeToFailureS);
    expect(both.reasons[0]).toBe('Memory leak detected');
  });

  it('follows its settings: the horizon and the raising probability', () => {
    const window = windowOf(
      { memory_usage: leak({ length: 240, end: 195 }) },
      { firstAt: LONG_AGO },
    );
    expect(predictOf(window).level).toBe('high');
    expect(predictOf(window, { ...settings, horizonS: 7200 }).level).toBe('critical');
    const shy = { ...settings, raiseAt: 0.99 };
    const early = windowOf({ memory_usage: leak({ length: 240, end: 90 }) }, { firstAt: LONG_AGO });
    expect(predictOf(early, shy).level).toBeNull();
  });

  it("follows a component's own limits", () => {
    const window = windowOf(
      { memory_usage: leak({ from: 30, length: 120, end: 60 }) },
      { firstAt: LONG_AGO },
    );
    const own = { memory_usage: { warn: 60, fail: 70 } };
    const now = window.lastAt ?? instant(0);
    expect(predict(window, { limits: own, settings, now }).level).toBe('critical');
    expect(predict(window, { limits: own, settings, now }).evidence[0]?.limit).toBe(70);
  });
});

const anySeries = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  length: fc.integer({ min: 10, max: 150 }),
  share: fc.double({ min: 0.1, max: 0.98, noNaN: true }),
  noise: fc.double({ min: 0, max: 3, noNaN: true }),
  metric: fc.constantFrom('memory_usage', 'cpu_usage', 'disk_usage'),
});
type AnySeries = typeof anySeries extends fc.Arbitrary<infer T> ? T : never;

function anyY({ seed, length, share, noise }: AnySeries): number[] {
  return leak({ flat: 60, length, end: Math.floor(share * length), noise, seed });
}

describe('predict, for any series', () => {
  it('gives probabilities between 0 and 1 that never decrease', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(anySeries, (any) => {
        const { probability, horizons, timeToFailureS, level } = of(any.metric, anyY(any));
        const all = [0, horizons['1h'], horizons['6h'], horizons['24h'], 1];
        expect(all).toEqual([...all].sort((a, b) => a - b));
        expect(probability).toBeGreaterThanOrEqual(0);
        expect(probability).toBeLessThanOrEqual(1);
        expect(timeToFailureS === null).toBe(level === null);
        const { low = 0, likely = 0, high = 0 } = timeToFailureS ?? {};
        expect([low, likely, high]).toEqual([low, likely, high].sort((a, b) => a - b));
      }),
    );
  });

  it('copes with any numbers at all', { timeout: 60_000 }, () => {
    const wild = fc.array(
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e9 }),
      {
        maxLength: 60,
      },
    );
    const metric = fc.constantFrom('memory_usage', 'error_rate', 'latency_ms');
    fc.assert(
      fc.property(wild, metric, (y, name) => {
        const { probability, horizons } = of(name, y);
        expect(probability).toBeGreaterThanOrEqual(0);
        expect(horizons['24h']).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each([1 / 60, 1 / 4, 8])(
    'is the same in a world where everything takes %d times as long',
    (pace) => {
      fc.assert(
        fc.property(anySeries, (any) => {
          const slow = samplesOf(anyY(any), { metric: any.metric, cadenceS: 60 });
          const fast = samplesOf(anyY(any), { metric: any.metric, cadenceS: 60 * pace });
          const predicted = (samples: typeof slow, scale: number): Prediction =>
            predictOf(
              foldWindow(samples, { intervalS: 60 * scale, firstAt: instant(-86_400 * scale) }),
              { ...settings, horizonS: 3600 * scale },
            );
          const before = predicted(slow, 1);
          const after = predicted(fast, pace);
          expect(after.level).toBe(before.level);
          expect(after.reasons).toEqual(before.reasons);
          expect(after.probability).toBeCloseTo(before.probability, 6);
          expect(after.horizons['1h']).toBeCloseTo(before.horizons['1h'], 6);
          expect((after.timeToFailureS?.likely ?? 0) / pace).toBeCloseTo(
            before.timeToFailureS?.likely ?? 0,
            0,
          );
        }),
        { numRuns: 30 },
      );
    },
  );

  it('is the same so many quarters of an hour later', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(anySeries, fc.integer({ min: -1e6, max: 1e6 }), (any, quarters) => {
        const shift = quarters * 900_000;
        const samples = samplesOf(anyY(any), { metric: any.metric });
        const moved = samples.map((one) => ({ ...one, at: new Date(one.at.getTime() + shift) }));
        const fold = (list: typeof samples, firstAt: Date): Window =>
          foldWindow(list, { intervalS: 60, firstAt });
        const before = predictOf(fold(samples, LONG_AGO));
        const after = predictOf(fold(moved, new Date(LONG_AGO.getTime() + shift)));
        expect(after.horizons).toEqual(before.horizons);
        expect(after.reasons).toEqual(before.reasons);
      }),
      { numRuns: 50 },
    );
  });
});
