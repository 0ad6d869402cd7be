import { describe, expect, it } from 'vitest';
import type { RecoveryState } from '../../../lib/domain/decide/recovery.js';
import {
  canGo,
  isEnd,
  isInFlight,
  RECOVERY_STATES,
} from '../../../lib/domain/decide/recovery-states.js';

const IN_FLIGHT = ['planned', 'awaiting_approval', 'executing', 'verifying'];

/** Every change that is allowed, written out once more. */
const ALLOWED = new Set([
  'planned>awaiting_approval',
  'planned>executing',
  'planned>failed',
  'planned>skipped',
  'planned>expired',
  'awaiting_approval>planned',
  'awaiting_approval>failed',
  'awaiting_approval>skipped',
  'awaiting_approval>expired',
  'executing>verifying',
  'executing>failed',
  'executing>skipped',
  'executing>expired',
  'verifying>succeeded',
  'verifying>failed',
  'succeeded>undone',
  'failed>undone',
]);

const PAIRS = RECOVERY_STATES.flatMap((from) => RECOVERY_STATES.map((to) => ({ from, to })));

describe('canGo', () => {
  it.each(PAIRS)('knows whether $from may become $to', ({ from, to }) => {
    expect(canGo(from, to)).toBe(ALLOWED.has(`${from}>${to}`));
  });

  it('never leads from an end back into flight', () => {
    const back = PAIRS.filter(({ from, to }) => isEnd(from) && isInFlight(to) && canGo(from, to));
    expect(back).toEqual([]);
  });

  it('leads to success through verification only', () => {
    expect(RECOVERY_STATES.filter((from) => canGo(from, 'succeeded'))).toEqual(['verifying']);
  });

  it('leads from every state in flight to a failure and thus to an end', () => {
    expect(RECOVERY_STATES.filter((from) => canGo(from, 'failed'))).toEqual(IN_FLIGHT);
  });

  it('reaches every state from the first', () => {
    const reached = new Set<RecoveryState>(['planned']);
    for (const from of reached) {
      for (const to of RECOVERY_STATES) if (canGo(from, to)) reached.add(to);
    }
    expect(reached.size).toBe(RECOVERY_STATES.length);
  });
});

describe('isInFlight and isEnd', () => {
  it.each(RECOVERY_STATES)('divide the states: %s', (state) => {
    expect(isInFlight(state)).toBe(IN_FLIGHT.includes(state));
    expect(isEnd(state)).toBe(!IN_FLIGHT.includes(state));
  });
});
