import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backtest, everyMinute, historyOf, inputOf, type Row, START } from './build.js';

/** A component whose CPU is at its limit from a minute on. */
const burning = (name: string, from: number, config: object = {}) =>
  historyOf(
    name,
    everyMinute(120, (minute) => ({ cpu_usage: minute < from ? 30 : 99.5 })),
    config,
  );

const calm = (name: string) =>
  historyOf(
    name,
    everyMinute(120, () => ({ cpu_usage: 30 })),
  );

const many = (count: number) => Array.from({ length: count }, (_, i) => calm(`calm-${i}`));

async function deedsOf(histories: Parameters<typeof inputOf>[0], settings: object = {}) {
  const { accounts } = await backtest(inputOf(histories, { settings, untilMinute: 119 }));
  return accounts.flatMap(({ name, deeds }) =>
    deeds.map(({ at, kind, action, guards }) => ({
      name,
      minute: (at.getTime() - START) / 60_000,
      kind,
      action: action?.name ?? null,
      guards,
    })),
  );
}

describe('runBacktest', () => {
  it('says nothing of what is calm', async () => {
    const { accounts, lines } = await backtest(inputOf([calm('shop')], { untilMinute: 119 }));
    expect(accounts).toMatchObject([{ name: 'shop', alarms: [], deeds: [] }]);
    expect(lines).toHaveLength(120);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      component: 'shop',
      at: '2026-01-05T00:00:00.000Z',
      p_1h: expect.any(Number),
      p_6h: expect.any(Number),
      p_24h: expect.any(Number),
      ttf_s: null,
      ttf_low_s: null,
      ttf_high_s: null,
      level: null,
      reasons: [],
      action: null,
    });
  });

  it('would act once, and call a person when trouble outlasts every step', async () => {
    expect(await deedsOf([burning('shop', 60), ...many(4)])).toEqual([
      { name: 'shop', minute: 62, kind: 'acted', action: 'restart', guards: [] },
      { name: 'shop', minute: 67, kind: 'paged', action: null, guards: [] },
    ]);
  });

  it('is held back by the first day, by the mode, and by limits that all components share', async () => {
    const young = await deedsOf([burning('shop', 60), ...many(4)], { minHistoryS: 86_400 });
    expect(young).toMatchObject([{ kind: 'held', action: 'restart', guards: ['history'] }]);
    const observed = await deedsOf([burning('shop', 60, { mode: 'observe' }), ...many(4)]);
    expect(observed).toMatchObject([{ kind: 'held', guards: ['mode'] }]);
    const shared = await deedsOf([burning('a', 60), burning('b', 63), ...many(8)], {
      actionsPerHour: 1,
      actionsPerHourShare: 0,
    });
    expect(shared.filter(({ name }) => name === 'b')).toMatchObject([
      { kind: 'held', guards: expect.arrayContaining(['hourly_limit']) },
    ]);
  });

  it('stops for all when much is bad at once', async () => {
    const deeds = await deedsOf([burning('a', 60), burning('b', 60), burning('c', 60), calm('d')]);
    expect(deeds.filter(({ kind }) => kind === 'acted')).toEqual([]);
    expect(deeds[0]).toMatchObject({ kind: 'held', guards: expect.arrayContaining(['storm']) });
  });

  it('asks in approve mode, and nobody answers', async () => {
    const deeds = await deedsOf([burning('shop', 60, { mode: 'approve' }), ...many(4)]);
    // It fails already, so that there is no time to wait for an answer.
    expect(deeds).toMatchObject([
      { minute: 62, kind: 'asked', action: 'restart' },
      { minute: 63, kind: 'expired', action: 'restart' },
      { minute: 64, kind: 'paged', action: null },
    ]);
  });

  it('leaves what depends on another alone while that one fails', async () => {
    const deeds = await deedsOf([
      burning('database', 60),
      burning('shop', 64, { depends_on: ['database'] }),
      ...many(8),
    ]);
    expect(deeds.filter(({ name }) => name === 'shop')).toEqual([]);
  });

  it('does not know a component before its first sample, nor count it', async () => {
    const late = historyOf(
      'late',
      everyMinute(60, () => ({ cpu_usage: 30 })).map(([minute, values]) => [minute + 60, values]),
    );
    const { lines } = await backtest(inputOf([late, calm('shop')], { untilMinute: 119 }));
    const [first] = lines.filter((line) => line.includes('"late"'));
    expect(JSON.parse(first ?? '')).toMatchObject({ at: '2026-01-05T01:00:00.000Z' });
  });

  it('says nothing in numbers of a component that has fallen silent', async () => {
    const silent = historyOf(
      'silent',
      everyMinute(10, () => ({ cpu_usage: 30 })),
    );
    const { lines } = await backtest(
      inputOf([silent], { untilMinute: 119, settings: { windowS: 1800 } }),
    );
    expect(lines).toHaveLength(120);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ p_1h: null, level: null });
  });
});

const history = fc
  .record({
    from: fc.integer({ min: 30, max: 150 }),
    slope: fc.double({ min: 0.05, max: 1, noNaN: true }),
    gap: fc.integer({ min: 1, max: 4 }),
    lost: fc.array(fc.nat({ max: 240 }), { maxLength: 30 }),
    peak: fc.constantFrom(0.001, 0.4),
  })
  .map(({ from, slope, gap, lost, peak }): Row[] =>
    everyMinute(240, (minute) => ({
      memory_usage: Math.min(99, 40 + Math.max(0, minute - from) * slope + (minute % 3) * 0.2),
      ...(minute % 7 === 0 ? {} : { error_rate: minute > from + 60 ? peak : 0.001 }),
    })).filter(([minute]) => minute % gap === 0 && !lost.includes(minute)),
  );

describe('runBacktest, of any history', () => {
  it('says and does the same whatever comes later', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(history, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 20, max: 239 }),
        history,
        async (all, cut, other) => {
          const given = { everyMinutes: 5, untilMinute: 239 };
          const before = ([minute]: Row): boolean => minute <= cut;
          const run = async (change: (rows: readonly Row[]) => Row[]) => {
            const histories = all.map((rows, i) => historyOf(`c${i}`, change(rows)));
            const { lines } = await backtest(inputOf(histories, given));
            const last = new Date(START + cut * 60_000).toISOString();
            return lines.filter((line) => JSON.parse(line).at <= last);
          };
          const whole = await run((rows) => [...rows]);
          expect(await run((rows) => rows.filter(before))).toEqual(whole);
          const otherwise = other.filter((row) => !before(row));
          expect(await run((rows) => [...rows.filter(before), ...otherwise])).toEqual(whole);
        },
      ),
      { numRuns: 8 },
    );
  });
});
