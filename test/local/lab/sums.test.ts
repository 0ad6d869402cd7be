import { describe, expect, it } from 'vitest';
import { type Outcome, outcomeOf } from '../../../lib/local/lab/outcome.js';
import { sumOf, whyNot } from '../../../lib/local/lab/sums.js';
import { faultsText, outcomeText, sumsText } from '../../../lib/local/lab/table.js';
import { HEALED } from './build.js';

const GOOD = outcomeOf(HEALED);
const deed = { component: 'web', action: 'restart', state: 'failed' };
const watched: Outcome = { ...GOOD, mode: 'observe', lost: 40, recovered_s: null, deeds: [] };

function many(right: number, of: number): Outcome[] {
  return Array.from({ length: of }, (_, i) => ({ ...GOOD, fault: `f${i}`, top1: i < right }));
}

describe('sumOf', () => {
  it('adds up, and takes the mean over those that were healed', () => {
    const other = { ...GOOD, fault: 'other', recovered_s: null, asked: ['mail'], wrong: [deed] };
    expect(sumOf([GOOD, { ...GOOD, fault: 'third', recovered_s: 15 }, other], [])).toEqual({
      faults: 3,
      top1: 3,
      onInnocents: 0,
      wrong: 1,
      prevented: 0,
      failing: null,
      healed: 2,
      mttrS: 12,
      needPerson: 1,
      lost: 3,
      sent: 300,
    });
  });

  it('counts as prevented what failed when only watched, and did not when healed', () => {
    expect(sumOf([GOOD], [watched])).toMatchObject({ prevented: 1, failing: 1 });
    expect(sumOf([{ ...GOOD, lost: 30 }], [watched])).toMatchObject({ prevented: 0, failing: 1 });
    expect(sumOf([GOOD], [{ ...watched, lost: 0 }])).toMatchObject({ prevented: 0, failing: 0 });
  });
});

describe('whyNot', () => {
  it('wants ten causes right of a dozen or more, and all of fewer', () => {
    expect(whyNot(many(10, 14))).toEqual([]);
    expect(whyNot(many(9, 14))).toEqual(['auto: 9 causes of 14 right, 10 needed']);
    expect(whyNot(many(1, 1))).toEqual([]);
    expect(whyNot(many(2, 3))).toEqual(['auto: 2 causes of 3 right, 3 needed']);
  });

  it('forgives no action on an innocent component', () => {
    const [first = GOOD, ...rest] = many(12, 12);
    expect(whyNot([{ ...first, on_innocents: [deed] }, ...rest])).toEqual([
      'auto: 1 actions on innocent components',
    ]);
  });

  it('judges each mode by itself', () => {
    expect(whyNot([GOOD, { ...watched, top1: false }])).toEqual([
      'observe: 0 causes of 1 right, 1 needed',
    ]);
  });
});

describe('the tables', () => {
  it('have a row per fault and mode', () => {
    const [, , row = ''] = faultsText([GOOD, watched]).split('\n');
    expect(row).toContain('api: deployment_regression, 3.0 s');
    expect(row).toContain('rollback api');
    expect(row).toContain('right');
  });

  it('have one line for what has just been seen', () => {
    expect(outcomeText(GOOD)).toBe(
      'right: named api: deployment_regression; done: rollback api; asked: nobody; lost: 1 of 100',
    );
    expect(outcomeText({ ...watched, top1: false, named: null, asked: ['web'] })).toBe(
      'WRONG: nothing was named; done: nothing; asked: a person about web; lost: 40 of 100',
    );
  });

  it('say of a wrong cause that it is', () => {
    expect(faultsText([{ ...GOOD, top1: false, named: null }])).toContain('WRONG');
  });

  it('set auto beside observe', () => {
    const text = sumsText([GOOD, watched]);
    expect(text).toMatch(/^\s+auto\s+observe/);
    expect(text).toMatch(/failures prevented\s+1 of 1\s+0 of 1/);
    expect(text).toMatch(/mean time to recovery\s+9\.0 s\s+–/);
  });

  it('claim nothing prevented where nothing was only watched', () => {
    expect(sumsText([GOOD])).toMatch(/failures prevented\s+not measured/);
  });
});
