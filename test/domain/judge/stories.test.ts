import { describe, expect, it } from 'vitest';
import { TICK_MS } from '../../../lib/domain/judge/foretold.js';
import { storiesOf } from '../../../lib/domain/judge/stories.js';

const HOUR = 3_600_000;
const at = (hours: number): number => hours * HOUR;
const watched = { startedAt: at(0), endedAt: at(100), tickMs: TICK_MS };

const told = (failures: readonly number[], h: number, more = {}) =>
  storiesOf(failures.map(at), { ...watched, ...more }, h).map(
    ({ startedAt, endedAt, failedAt, onsetAt, predictable }) => ({
      from: startedAt / HOUR,
      to: endedAt / HOUR,
      failed: failedAt === null ? null : failedAt / HOUR,
      onset: onsetAt === null ? null : onsetAt / HOUR,
      predictable,
    }),
  );

describe('storiesOf', () => {
  it('tells of no failure that all is quiet, as long as it is known what followed', () => {
    expect(told([], 0)).toEqual([
      { from: 0, to: 100, failed: null, onset: 99, predictable: false },
    ]);
    expect(told([], 2)).toMatchObject([{ onset: 76 }]);
  });

  it('tells of nothing where nothing was watched for a horizon', () => {
    expect(told([], 2, { endedAt: at(24) })).toEqual([]);
    expect(told([], 0, { endedAt: at(0) })).toEqual([]);
  });

  it('tells a story for each failure, in the order of time, and one for the rest', () => {
    expect(told([50, 20], 0)).toEqual([
      { from: 0, to: 20, failed: 20, onset: 16, predictable: true },
      { from: 21, to: 50, failed: 50, onset: 46, predictable: true },
      { from: 51, to: 100, failed: null, onset: 99, predictable: false },
    ]);
  });

  it('begins no story’s failure before the story', () => {
    expect(told([20], 2)[0]).toMatchObject({ from: 0, failed: 20, onset: 0 });
  });

  it.each([
    { name: 'at the beginning', failures: [0], failed: [] },
    { name: 'before it', failures: [-5], failed: [] },
    { name: 'after the end', failures: [101], failed: [] },
    { name: 'at the end', failures: [100], failed: [100] },
    { name: 'twice', failures: [20, 20], failed: [20] },
    { name: 'within an hour of another', failures: [20, 21], failed: [20] },
    { name: 'more than an hour after another', failures: [20, 21.5], failed: [20, 21.5] },
  ])('takes a failure $name as $failed', ({ failures, failed }) => {
    const found = told(failures, 0).flatMap((one) => one.failed ?? []);
    expect(found).toEqual(failed);
  });

  it('calls a failure that comes too soon not predictable', () => {
    expect(told([0.1], 0)[0]).toMatchObject({ failed: 0.1, predictable: false });
  });

  it('goes on when the failure is over, however long it lasts', () => {
    const mendedAt = (from: number): number => from + at(9);
    expect(told([20, 25], 0, { mendedAt })).toMatchObject([
      { failed: 20 },
      { from: 30, failed: null },
    ]);
    expect(told([20, 25], 0, { mendedAt: () => null })).toMatchObject([{ failed: 20 }]);
  });
});
