import { describe, expect, it } from 'vitest';
import { ask } from '../../../lib/domain/predict/ask.js';
import { AT, FEATURES, type FeatureName } from '../../../lib/domain/predict/features/features.js';

/** Trees that are nearly sure, and expect it in an hour. */
const SURE = { '1h': () => 3, '6h': () => 3, '24h': () => 3, time: () => 0 };

type Told = Partial<Record<FeatureName, number>>;

function features(told: Told, groups = 1): number[] {
  const all = new Array<number>(groups * FEATURES.length).fill(0);
  for (let group = 0; group < groups; group += 1) {
    for (const name of FEATURES) {
      const nothing = name.includes('ttl') ? Math.log(300) : 0;
      all[group * FEATURES.length + AT[name]] = told[name] ?? nothing;
    }
  }
  return all;
}

/** A month of history. */
const OLD = Math.log1p(720);

/** A rise that is new, and reaches the limit in an hour along every line. */
const RISING: Told = {
  ...{ age: OLD, now: 0.8, news_1h: 0.5, t_15m: 10, t_30m: 10, t_60m: 20, t_2h: 20, t_4h: 20 },
  ...{ ttl_15m: 0, ttl_30m: 0, ttl_60m: 0, ttl_2h: 0, ttl_4h: 0 },
};

const memory = (told: Told) => ask({ failure: 'memory', features: features(told) }, SURE);

const objective = (ageHours: number) =>
  ask({ failure: 'objective', features: features({ age: Math.log1p(ageHours) }, 4) }, SURE);

describe('ask', () => {
  it('says what the trees say of a rise that is new and leads to the limit', () => {
    const { horizons, time } = memory(RISING);
    expect(horizons['1h']).toBeCloseTo(0.953, 3);
    expect(time).toBe(1);
  });

  it.each([
    { name: 'a level that was lived through before', told: { ...RISING, news_1h: 0 } },
    { name: 'a rise that comes to rest', told: { ...RISING, ttl_30m: Math.log(2) } },
    {
      name: 'a step that has not risen since',
      told: { ...RISING, t_15m: 0, t_30m: 0, ttl_15m: Math.log(300), ttl_30m: Math.log(300) },
    },
    { name: 'what leads nowhere', told: { now: 0.9, news_1h: 0.5 } },
  ])('holds down $name', ({ told }) => {
    expect(memory(told).horizons['24h']).toBeLessThanOrEqual(0.2);
  });

  it('believes a floor that rises, though its level was seen before', () => {
    const saw = { age: OLD, swing_8h: 0.1, floor_t_4h: 5, floor_ttl_4h: 0, now: 0.8 };
    expect(memory(saw).horizons['6h']).toBeGreaterThan(0.9);
    expect(memory({ ...saw, floor_t_4h: 1 }).horizons['6h']).toBeLessThanOrEqual(0.2);
  });

  it('announces nothing of a component that is just born', () => {
    expect(memory({ ...RISING, age: Math.log1p(0.5) }).horizons['24h']).toBeLessThanOrEqual(0.4);
    expect(objective(0.5).horizons['1h']).toBeLessThanOrEqual(0.4);
    expect(objective(1).horizons['1h']).toBeGreaterThan(0.9);
  });

  it('expects no failure later than the horizon within which it is likely', () => {
    const late = { ...SURE, time: () => Math.log(30) };
    const old = features({ age: OLD }, 4);
    const of = (forests: typeof SURE) => ask({ failure: 'objective', features: old }, forests).time;
    expect(of(late)).toBe(1);
    expect(of({ ...late, '1h': () => -3 })).toBe(6);
    expect(of({ ...late, '1h': () => -3, '6h': () => -3 })).toBeCloseTo(30, 9);
  });

  it('says no more of a young component beyond an hour than within it', () => {
    const hesitant = { ...SURE, '1h': () => -3 };
    const young = { failure: 'objective', features: features({ age: Math.log1p(2) }, 4) } as const;
    expect(ask(young, hesitant).horizons['24h']).toBeLessThanOrEqual(0.4);
    expect(objective(2).horizons['24h']).toBeCloseTo(0.953, 3);
    expect(objective(20).horizons['24h']).toBeCloseTo(0.953, 3);
  });
});
