import { describe, expect, it } from 'vitest';
import { breaker } from '../../../lib/domain/decide/breaker.js';
import { ago, NOW, settings } from './build.js';

const DEFAULT = settings();

function state(failures: readonly number[], successAgoS: number | null = null, from = DEFAULT) {
  const lastSuccessAt = successAgoS === null ? null : ago(successAgoS);
  return breaker({ failures: failures.map(ago), lastSuccessAt }, from, NOW);
}

describe('breaker', () => {
  it.each([
    { failures: [], state: 'closed', count: 0 },
    { failures: [30, 20], state: 'closed', count: 2 },
    { failures: [30, 20, 10], state: 'open', count: 3 },
    { failures: [40, 30, 20, 10], state: 'open', count: 4 },
    { failures: [3500, 20, 1799], state: 'open', count: 3 },
  ])('is $state after failures $failures s ago', (row) => {
    expect(state(row.failures)).toMatchObject({ state: row.state, failures: row.count });
  });

  it.each([
    { last: 1799, is: 'open' },
    { last: 1800, is: 'half_open' },
    { last: 1801, is: 'half_open' },
  ])('is $is when the last of three failed $last s ago', ({ last, is }) => {
    expect(state([last + 20, last + 10, last]).state).toBe(is);
  });

  it('says until when it is open: half an hour from the last failure', () => {
    expect(state([300, 200, 100])).toMatchObject({ until: ago(100 - 1800) });
  });

  it.each([
    { first: 3600, is: 'open' },
    { first: 3610, is: 'closed' },
    { first: 3611, is: 'closed' },
  ])('is $is when the first of three failed $first s ago and the last 10 s ago', (row) => {
    expect(state([row.first, 20, 10]).state).toBe(row.is);
  });

  it.each([
    { success: 50, is: 'open' },
    { success: 25, is: 'closed' },
    { success: 10, is: 'closed' },
    { success: 5, is: 'closed' },
  ])('is $is after a success $success s ago, failures being 30, 20 and 10 s ago', (row) => {
    expect(state([30, 20, 10], row.success).state).toBe(row.is);
  });

  it('is closed when the success is not older than any failure', () => {
    expect(state([10, 10, 10], 10).state).toBe('closed');
    expect(state([10, 10, 10], 11).state).toBe('open');
  });

  it('opens again when the trial fails', () => {
    expect(state([2020, 2010, 2000]).state).toBe('half_open');
    expect(state([2020, 2010, 2000, 0])).toMatchObject({ state: 'open', until: ago(-1800) });
  });

  it('stays half open until a trial, however long ago the failures were', () => {
    expect(state([80_020, 80_010, 80_000]).state).toBe('half_open');
  });

  it('does not depend on the order of the failures', () => {
    expect(state([10, 30, 20])).toEqual(state([30, 20, 10]));
  });

  it('follows its settings', () => {
    expect(state([10], null, settings({ breakerFailures: 1 })).state).toBe('open');
    expect(state([10], null, settings({ breakerFailures: 1, breakerOpenS: 10 })).state).toBe(
      'half_open',
    );
    expect(state([30, 20, 10], null, settings({ breakerWindowS: 20 })).state).toBe('closed');
  });
});
