import { describe, expect, it } from 'vitest';
import { type FailoverInput, judgeFailover } from '../../../lib/domain/decide/judge-failover.js';
import { ago, healthy, settings } from './build.js';

const input = (changes: Partial<FailoverInput> = {}): FailoverInput => ({
  standby: 'shop-eu',
  reported: { kind: 'done' },
  probe: 'answers',
  after: healthy(),
  actedAt: ago(60),
  waitedS: 0,
  settings: settings({ verifyPatienceS: 600, executorPatienceS: 3600 }),
  ...changes,
});

const FAILING = healthy({ state: 'failing', breaching: ['error_rate'] });
const IDLE = healthy({ state: 'unknown' });

describe('judgeFailover', () => {
  it.each<[Partial<FailoverInput>, string, string]>([
    [{}, 'succeeded', 'its health URL answers'],
    [{ after: IDLE }, 'succeeded', 'its health URL answers'],
    [{ after: null }, 'succeeded', 'its health URL answers'],
    [{ probe: null }, 'succeeded', 'shop-eu is healthy'],
    [{ probe: null, after: IDLE }, 'wait', 'shop-eu is unknown; waited 0 s of 10 min'],
    [{ probe: null, after: null }, 'wait', 'shop-eu is not registered any more'],
    [{ probe: 'fails' }, 'wait', 'its health URL does not answer yet; waited 0 s of 10 min'],
    [{ probe: 'fails', waitedS: 600 }, 'failed', 'could not be verified: its health URL'],
    [{ probe: 'fails', waitedS: Number.NaN }, 'failed', 'could not be verified'],
    [{ after: FAILING }, 'failed', 'shop-eu fails now: error_rate'],
    [{ reported: { kind: 'pending' } }, 'wait', 'waited 0 s of 1 h'],
    [{ reported: { kind: 'pending' }, waitedS: 3600 }, 'failed', 'has not reported its end'],
    [{ reported: { kind: 'failed', why: 'no' } }, 'failed', 'the executor reports: no'],
  ])('of %j says %s: %s', (changes, kind, why) => {
    const judged = judgeFailover(input(changes));
    expect(judged.kind).toBe(kind);
    expect(judged.why).toContain(why);
    if (judged.kind !== 'wait')
      expect(JSON.parse(JSON.stringify(judged.proof))).toEqual(judged.proof);
  });
});
