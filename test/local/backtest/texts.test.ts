import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tick } from '../../../lib/domain/judge/foretold.js';
import { type Account, newAccount } from '../../../lib/local/backtest/account.js';
import { accountsText } from '../../../lib/local/backtest/account-text.js';
import { inOrder } from '../../../lib/local/backtest/in-order.js';
import { judgeAccounts } from '../../../lib/local/backtest/judge-accounts.js';
import { judgedText } from '../../../lib/local/backtest/judged-text.js';
import { blocksOf, planTicks } from '../../../lib/local/backtest/plan-ticks.js';
import { openPredictions } from '../../../lib/local/backtest/predictions-file.js';
import { openProgress } from '../../../lib/local/backtest/progress.js';
import { instantText, listText, spanText } from '../../../lib/local/backtest/text.js';
import { type Folder, makeFolder } from './files.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 0, 5);
const TICK = 5 * MINUTE;

let folder: Folder;

beforeAll(async () => {
  folder = await makeFolder();
});

afterAll(() => folder.remove());

describe('planTicks', () => {
  it.each([
    { from: 0, to: 0, ticks: [0, 1] },
    { from: 1, to: 20, ticks: [1, 3] },
    { from: 10, to: 19, ticks: [1, 2] },
  ])('finds the multiples of ten from $from to $to', ({ from, to, ticks: [first, end] }) => {
    expect(planTicks(from, to, 10)).toEqual({ from: first, until: end });
  });

  it('refuses a span without a tick', () => {
    expect(() => planTicks(1, 9, 10)).toThrow(/no tick lies in it/);
  });

  it('refuses a span that cannot be meant', () => {
    expect(() => planTicks(0, START, TICK)).toThrow(/goes from 1970-01-01.* is an instant wrong/);
  });
});

describe('blocksOf', () => {
  it('cuts ticks so that none is lost or looked at twice', () => {
    expect(blocksOf({ from: 5, until: 5 }, 50)).toEqual([]);
    expect(blocksOf({ from: 5, until: 600 }, 50)).toEqual([
      { from: 5, until: 293 },
      { from: 293, until: 581 },
      { from: 581, until: 600 },
    ]);
  });

  it.each([
    { components: 0, size: 288 },
    { components: 1000, size: 14 },
    { components: 100_000, size: 12 },
  ])('cuts $size ticks for $components components', ({ components, size }) => {
    expect(blocksOf({ from: 0, until: 600 }, components)[0]).toEqual({ from: 0, until: size });
  });
});

describe('inOrder', () => {
  const { NaN: none } = Number;

  it.each([
    { name: 'nothing', at: [], y: [], order: [], values: [] },
    { name: 'one row', at: [5], y: [none], order: [5], values: [none] },
    { name: 'rows in order', at: [1, 2], y: [1, none], order: [1, 2], values: [1, none] },
    { name: 'rows the other way round', at: [2, 1], y: [1, 2], order: [1, 2], values: [2, 1] },
    { name: 'the worse of two', at: [2, 1, 2], y: [1, 5, 3], order: [1, 2], values: [5, 3] },
    { name: 'what is there of two', at: [1, 1], y: [none, -3], order: [1], values: [-3] },
    { name: 'nothing of two', at: [1, 1], y: [none, none], order: [1], values: [none] },
  ])('keeps $name', ({ at, y, order, values }) => {
    const column = { metric: 'depth', values: Float64Array.from(y) };
    const copy = inOrder('a', Float64Array.from(at), [column]);
    expect([...copy.at]).toEqual(order);
    expect([...(copy.columns[0]?.values ?? [])]).toEqual(values);
  });
});

describe('openPredictions', () => {
  it('leaves nothing where it is discarded, and all of it where it is kept', async () => {
    const file = path.join(folder.path, 'predictions.jsonl');
    const discarded = await openPredictions(file);
    await discarded.write('{}\n');
    await discarded.discard();
    expect(await readdir(folder.path)).toEqual([]);
    const kept = await openPredictions(file);
    await kept.write('{"a":1}\n');
    expect(await readdir(folder.path)).not.toContain('predictions.jsonl');
    await kept.write('{"a":2}\n');
    await kept.keep();
    await kept.discard();
    expect(await readdir(folder.path)).toEqual(['predictions.jsonl']);
    expect(await readFile(file, 'utf8')).toBe('{"a":1}\n{"a":2}\n');
  });
});

describe('openProgress', () => {
  it('writes over its own line on a terminal, and now and then elsewhere', () => {
    const written: string[] = [];
    const write = (text: string) => written.push(text);
    const terminal = openProgress({ isTTY: true, write });
    terminal.show('1');
    terminal.show('2');
    terminal.end();
    terminal.end();
    expect(written.splice(0)).toEqual(['\r1\x1b[K', '\r2\x1b[K', '\r\x1b[K']);
    let now = 0;
    const log = openProgress({ write }, () => now);
    log.show('1');
    now = 5000;
    log.show('2');
    log.show('3');
    log.end();
    expect(written).toEqual(['2\n']);
  });
});

describe('instantText, spanText and listText', () => {
  it.each([
    [0, '2026-01-05 00:00Z'],
    [61_000, '2026-01-05 00:01:01Z'],
  ])('write %d ms as %s', (ms, text) => {
    expect(instantText(new Date(START + ms))).toBe(text);
  });

  it('write a day once, and how much is left out', () => {
    const at = (hours: number): Date => new Date(START + hours * HOUR);
    expect(spanText(at(1), at(2))).toBe('2026-01-05 01:00–02:00Z');
    expect(spanText(at(1), at(25))).toBe('2026-01-05 01:00Z – 2026-01-06 01:00Z');
    expect(listText(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
    expect(listText(['a', 'b'], 2)).toBe('a, b');
  });
});

/** An account of two days, with alarms at all horizons in spans of hours. */
function accountOf(
  name: string,
  alarms: readonly (readonly [from: number, to: number])[],
): Account {
  const said = Array.from({ length: 48 * 12 }, (_, i): Tick => {
    const hours = i / 12;
    const p = alarms.some(([from, to]) => hours >= from && hours < to) ? 0.9 : 0.01;
    return { at: START + i * TICK, within: [p, p, p], likelyS: null };
  });
  return {
    ...newAccount(1, name),
    from: new Date(START),
    to: new Date(START + 48 * HOUR - TICK),
    said,
    sound: said.map(({ at }) => at),
  };
}

describe('judgeAccounts', () => {
  const hour = (hours: number): number => START + hours * HOUR;
  const judge = (account: Account, failures: readonly number[]) =>
    judgeAccounts([account], new Map([[account.name, failures.map(hour)]]), TICK);

  it('knows what was announced, and what was wrong', () => {
    const { accounts, tallies } = judge(
      accountOf('shop', [
        [9.5, 10],
        [30, 31],
      ]),
      [10],
    );
    expect(accounts).toMatchObject([
      {
        failures: [
          { failedAt: hour(10), predictable: true, announcedAt: Array(3).fill(hour(9.5)) },
        ],
        wrong: [[{ verdict: 'false' }], [{ verdict: 'false' }], []],
        left: [],
      },
    ]);
    expect(tallies[0]).toMatchObject({ true: 1, false: 1, announced: 1, predictable: 1 });
  });

  it('leaves out what nobody knows yet, at the end', () => {
    const { tallies } = judge(accountOf('shop', [[46, 48]]), []);
    expect(tallies.map((tally) => tally.false)).toEqual([1, 0, 0]);
  });

  it('judges no failure outside of what was watched', () => {
    const { accounts, tallies } = judge(accountOf('shop', []), [-5, 60]);
    expect(accounts[0]).toMatchObject({ failures: [], left: [hour(-5), hour(60)] });
    expect(tallies[0]?.predictable).toBe(0);
  });

  it('takes what goes on failing as one failure', () => {
    const account = accountOf('shop', [[10, 20]]);
    const sound = account.sound.filter((at) => at < hour(10) || at >= hour(20));
    const { tallies } = judge({ ...account, sound }, [10]);
    expect(tallies[0]).toMatchObject({ true: 0, false: 0, late: 0, predictable: 1, announced: 0 });
  });

  it('judges nothing of a component that was never known', () => {
    const { accounts, tallies } = judge(newAccount(1, 'none'), [10]);
    expect(accounts[0]).toMatchObject({ failures: [], left: [hour(10)] });
    expect(tallies[0]?.ticks).toBe(0);
  });

  it('is told failure by failure, and as a table', () => {
    const text = judgedText(
      judge(
        accountOf('shop', [
          [9.5, 10],
          [30, 31],
        ]),
        [10, 60],
      ),
    );
    expect(text).toContain(
      'judged by 1 failure\n\nshop\n  failed 2026-01-05 10:00Z  1 h: 30 min before',
    );
    expect(text).toContain('  wrong at 1 h  false 2026-01-06 06:00–06:55Z');
    expect(text).toContain(
      'outside of the history or part of the failure before: 2026-01-07 12:00Z',
    );
    expect(text).toMatch(/^1 h +0\.50 +1\.00 .*1\/0\/0\/1$/m);
  });
});

describe('accountsText', () => {
  it('names the components without an alarm', () => {
    const names = Array.from({ length: 25 }, (_, i) => `c${i}`);
    const text = accountsText(names.map((name, i) => newAccount(i, name)));
    expect(text).toMatch(/^no alarm in 25 of 25 components: c0, .*c19 and 5 more$/);
  });
});
