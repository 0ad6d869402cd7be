import { describe, expect, it } from 'vitest';
import { readOptions } from '../../../lib/local/backtest/options.js';

describe('readOptions', () => {
  it('looks at a file every so often, automatically, unless told otherwise', () => {
    expect(readOptions(['history.csv'])).toMatchObject({
      source: { kind: 'file', file: 'history.csv' },
      limits: null,
      failures: null,
      out: null,
      everyMs: null,
      mode: 'auto',
    });
  });

  it('reads a span of what is stored', () => {
    const { source, mode } = readOptions([
      '--from=2026-01-05T00:00:00Z',
      '--to',
      '2026-01-06T00:00:00+01:00',
      '--mode',
      'own',
    ]);
    expect(source).toEqual({
      kind: 'stored',
      from: new Date('2026-01-05T00:00:00Z'),
      to: new Date('2026-01-05T23:00:00Z'),
    });
    expect(mode).toBe('own');
  });

  it.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['24h', 86_400_000],
  ])('reads --every %s as %d ms', (every, ms) => {
    expect(readOptions(['a.csv', '--every', every]).everyMs).toBe(ms);
  });

  it.each([
    { args: [], why: /give a file of samples, or --from and --to/ },
    { args: ['a.csv', 'b.csv'], why: /one file at a time/ },
    { args: ['--from', '2026-01-05T00:00:00Z'], why: /--from and --to/ },
    { args: ['a.csv', '--to', '2026-01-05T00:00:00Z'], why: /--from and --to/ },
    { args: ['--from', 'monday', '--to', 'friday'], why: /--from must be ISO 8601 with a zone/ },
    { args: ['--from', '2026-01-06T00:00:00Z', '--to', '2026-01-05T00:00:00Z'], why: /before/ },
    { args: ['a.csv', '--every', '0m'], why: /--every looks like/ },
    { args: ['a.csv', '--every', '25h'], why: /at most a day/ },
    { args: ['a.csv', '--every', '5'], why: /--every looks like/ },
    { args: ['a.csv', '--mode', 'maybe'], why: /--mode is one of automatic/ },
    { args: ['a.csv', '--mode', 'toString'], why: /--mode is one of automatic/ },
    { args: ['a.csv', '--processes', 'all'], why: /--processes/ },
    { args: ['a.csv', '--out', './a.csv'], why: /--out would write over .*, which is read/ },
    { args: ['a.csv', '--nonsense'], why: /nonsense/ },
  ])('refuses $args', ({ args, why }) => {
    expect(() => readOptions(args)).toThrow(why);
  });
});
