import { describe, expect, it } from 'vitest';
import {
  type PageStatus,
  type ProviderStatus,
  providerNow,
  togetherNow,
} from '../../../lib/domain/decide/provider.js';
import { leaningsOf } from '../../../lib/domain/provider-name.js';
import { ALL_WELL, MAJOR_OUTAGE } from '../../support/status-page.js';
import { ago, NOW, settings } from './build.js';

const status = (page: PageStatus | null, readAgoS: number | null = 30): ProviderStatus => ({
  provider: 'render',
  page,
  readAt: readAgoS === null ? null : ago(readAgoS),
});

const now = (statuses: readonly ProviderStatus[], providers: readonly string[] = []) =>
  providerNow(leaningsOf('render', providers), statuses, settings(), NOW);

describe('providerNow', () => {
  it('is well where no page is followed', () => {
    expect(now([])).toEqual({ kind: 'well', why: 'no status page is followed' });
  });

  it.each([
    ['none', 'well'],
    ['minor', 'degraded'],
    ['maintenance', 'degraded'],
    ['major', 'out'],
    ['critical', 'out'],
  ] as const)('takes the whole page by its indicator: %s', (indicator, kind) => {
    const page = { ...ALL_WELL, indicator, description: 'so it says' };
    expect(now([status(page)])).toEqual({ kind, why: 'render says: so it says' });
  });

  it.each([
    ['operational', 'well'],
    ['degraded_performance', 'degraded'],
    ['under_maintenance', 'out'],
    ['partial_outage', 'out'],
    ['major_outage', 'out'],
  ] as const)('takes a part by its own status, whatever the whole says: %s', (word, kind) => {
    const parts = [
      { name: 'Oregon (US West)', status: word },
      { name: 'Frankfurt', status: 'major_outage' },
    ] as const;
    const found = now([status({ ...MAJOR_OUTAGE, parts })], ['render/oregon']);
    expect(found.kind).toBe(kind);
    expect(found.why).toContain('render says of Oregon (US West)');
  });

  it.each([
    ['render/EU', 'out'],
    ['render/eu west', 'out'],
    ['render/Queue', 'well'],
    ['render/west', 'out'],
    ['render/E', 'unknown'],
  ])('takes the parts that hold the words of %s whole: %s', (named, kind) => {
    const parts = [
      { name: 'Build Queue', status: 'operational' },
      { name: 'EU-West: services', status: 'major_outage' },
    ] as const;
    expect(now([status({ ...ALL_WELL, parts })], [named]).kind).toBe(kind);
  });

  it('does not know a page that was never read, is too old, or names no such part', () => {
    expect(now([status(null, null)]).kind).toBe('unknown');
    expect(now([status(ALL_WELL, 601)])).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('could last be read 10 min 1 s ago'),
    });
    expect(now([status(ALL_WELL, 600)]).kind).toBe('well');
    expect(now([status(ALL_WELL)], ['render/Oregn'])).toMatchObject({
      kind: 'unknown',
      why: 'the status page of render names no part Oregn',
    });
  });

  it('does not know a provider that is named and was never asked', () => {
    expect(now([status(ALL_WELL)], ['stripe'])).toMatchObject({
      kind: 'unknown',
      why: 'the status page of stripe has not been read',
    });
  });

  it('is as bad as the worst', () => {
    const stripe = { ...status({ ...ALL_WELL, indicator: 'critical' }), provider: 'stripe' };
    expect(now([status(ALL_WELL), stripe], ['stripe']).kind).toBe('out');
    expect(now([status(ALL_WELL, 9000), stripe], ['stripe']).kind).toBe('out');
  });
});

const failing = (names: readonly string[], sinceAgoS = 60) =>
  names.map((component) => ({ component, since: ago(sinceAgoS) }));

const together = (
  names: readonly string[],
  { components = 6, sinceAgoS = 60, independent = names } = {},
) =>
  togetherNow(
    'render',
    [{ platform: 'render', components, failing: failing(names, sinceAgoS) }],
    settings(),
    (fresh) => independent.filter((name) => fresh.includes(name)),
  );

describe('togetherNow', () => {
  it('suspects the platform when half of what runs there begins to fail at once', () => {
    expect(together(['a', 'b', 'c'])).toEqual({
      kind: 'out',
      why: '3 of 6 components on render began to fail at once and do not depend on one another: a, b, c',
    });
  });

  it('suspects it for as long as they fail, and whatever else fails besides', () => {
    expect(together(['a', 'b', 'c'], { sinceAgoS: 90_000 })?.kind).toBe('out');
    const begun = [
      ...failing(['x'], 99_999),
      ...failing(['a', 'b'], 5000),
      ...failing(['c'], 4100),
    ];
    const one = { platform: 'render', components: 6, failing: begun };
    const named: string[] = [];
    togetherNow('render', [one], settings(), (names) => {
      named.push(...names);
      return names;
    });
    expect(named).toEqual(['a', 'b', 'c']);
  });

  it('suspects nothing of fewer, of a small share, of what began at other times, or of one root', () => {
    expect(together(['a', 'b'])).toBeNull();
    expect(together(['a', 'b', 'c'], { components: 7 })).toBeNull();
    expect(together(['a', 'b', 'c'], { independent: ['a'] })).toBeNull();
    const apart = [...failing(['a'], 0), ...failing(['b'], 600), ...failing(['c'], 1300)];
    const one = { platform: 'render', components: 6, failing: apart };
    expect(togetherNow('render', [one], settings(), (names) => names)).toBeNull();
    expect(togetherNow('vercel', [], settings(), (names) => names)).toBeNull();
  });
});
