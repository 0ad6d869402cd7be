import { describe, expect, it } from 'vitest';
import { HELP, readOptions } from '../bench/foresight/options.js';
import { SPLITS, seedOf } from '../bench/foresight/seeds.js';

describe('readOptions', () => {
  it('measures all methods on the validation split unless told otherwise', () => {
    const { seed, each, days, methods, html, processes } = readOptions([]);
    expect({ seed, each, days, html }).toEqual({
      seed: SPLITS.validation,
      each: 4,
      days: 3,
      html: null,
    });
    expect(methods).toContain('reference heuristic');
    expect(methods[0]).toBe('forestall');
    expect(processes).toBeGreaterThan(0);
  });

  it('takes backgrounds, each with its failures and its stretch', () => {
    const { each, backgrounds, inject } = readOptions(
      '--each 0 --background a.csv --background b.csv --stretch 60 --inject 0'.split(' '),
    );
    expect({ each, inject }).toEqual({ each: 0, inject: 0 });
    expect(backgrounds).toEqual([
      { file: 'a.csv', failures: null, stretch: 60 },
      { file: 'b.csv', failures: null, stretch: 60 },
    ]);
  });

  it.each([
    { args: ['--each', '0'], why: '--background' },
    { args: ['--each', '-1'], why: '--each' },
    { args: ['--inject', ''], why: '--inject' },
    { args: ['--stretch', '0'], why: '--stretch' },
    { args: ['--days', '1.5'], why: '--days' },
    { args: ['--processes', 'x'], why: '--processes' },
    { args: ['--method', 'tea leaves'], why: '--method' },
    { args: ['--unknown'], why: '--unknown' },
  ])('refuses $args', ({ args, why }) => {
    expect(() => readOptions(args)).toThrow(why);
  });

  it('tells what each split is for', () => {
    for (const split of Object.keys(SPLITS)) expect(HELP).toContain(split);
  });
});

describe('seedOf', () => {
  it('keeps the splits apart, and takes any other text as it is', () => {
    const seeds = Object.keys(SPLITS).map(seedOf);
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(['2026-11-24', 'toString'].map(seedOf)).toEqual(['2026-11-24', 'toString']);
  });
});
