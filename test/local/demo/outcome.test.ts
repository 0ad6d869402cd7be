import { describe, expect, it } from 'vitest';
import { ACTS, type Act } from '../../../lib/local/demo/acts.js';
import { failureOf, type Observed, outcomeOf } from '../../../lib/local/demo/outcome.js';
import type { ShownIncident } from '../../../lib/local/stage/api.js';

const START = Date.parse('2026-11-24T08:00:00Z');
const at = (seconds: number) => START + seconds * 1000;
const MIB = 1024 * 1024;

function act(number: number): Act {
  const found = ACTS.find((one) => one.number === number);
  if (found === undefined) throw new RangeError(`no act ${number}`);
  return found;
}

function recovery(action: string, state: string, actedS: number, endedS: number) {
  const side = (memory_usage: number) => ({ metrics: { memory_usage } });
  return {
    action,
    state,
    acted_at: at(actedS),
    ended_at: at(endedS),
    result: null,
    proof: { before: side(70), after: side(30) },
  };
}

const incident: ShownIncident = {
  id: 'one',
  kind: 'predicted',
  component: 'visitors',
  situation: 'leak',
  cause: 'Memory leak detected',
  state: 'closed',
  needs_person: false,
  opened_at: at(16),
  failed_at: null,
  closed_at: at(45),
  recoveries: [
    recovery('clean_memory', 'failed', 17, 23),
    recovery('restart', 'succeeded', 31, 38.26),
  ],
  timeline: [],
};

const died = { at: at(46), orderly: false, why: 'died: JavaScript heap out of memory' };
const left = { at: at(32), orderly: true, why: 'ended in good order' };
const lost = (seconds: number) => ({ sentAt: at(seconds), at: at(seconds + 1), why: 'ECONNRESET' });

const good: Observed = {
  act: act(2),
  startedAt: START,
  healed: { incidents: [incident], exits: [left], sent: 900, lost: [lost(31.5)] },
  alone: { incidents: [], exits: [died], sent: 901, lost: [lost(45), lost(46)] },
  heap: [
    { at: at(16.5), bytes: 70 * MIB },
    { at: at(20), bytes: 68 * MIB },
    { at: at(30.5), bytes: 90 * MIB },
    { at: at(36), bytes: 30 * MIB },
    { at: at(37), bytes: 33 * MIB },
    { at: at(60), bytes: 1 * MIB },
  ],
};

function healed(over: Partial<Observed['healed']>): Observed {
  return { ...good, healed: { ...good.healed, ...over } };
}

const inIncident = (over: Partial<ShownIncident>) =>
  healed({ incidents: [{ ...incident, ...over }] });

describe('outcomeOf', () => {
  it('tells what was measured, in seconds since the act began', () => {
    expect(outcomeOf(good)).toEqual({
      act: 2,
      component: 'visitors',
      predicted_s: 16,
      acted: [
        { action: 'clean_memory', at_s: 17 },
        { action: 'restart', at_s: 31 },
      ],
      verified_s: 38.3,
      closed_s: 45,
      fails_without_s: 46,
      fails_without: 'died: JavaScript heap out of memory',
      before_percent: 70,
      after_percent: 30,
      memory_freed_mb: 2 + 60,
      sent: 900,
      lost_with: 1,
      sent_without: 901,
      lost_without: 2,
      why_not: [],
    });
  });

  it.each<[string, Observed, string[]]>([
    [
      'nothing was predicted',
      healed({ incidents: [], lost: [] }),
      [
        'nothing was predicted',
        'what was done: nothing',
        'the last action was not verified',
        'left alone it failed before the last action',
      ],
    ],
    ['it failed first', inIncident({ failed_at: at(30) }), ['it was failing before it was healed']],
    ['it died by itself', healed({ exits: [left, died] }), [`the service ${died.why}`]],
    [
      'the next step was not taken',
      inIncident({ recoveries: incident.recoveries.slice(0, 1) }),
      ['what was done: clean_memory', 'the last action was not verified'],
    ],
    [
      'the first step was enough',
      inIncident({ recoveries: [recovery('clean_memory', 'succeeded', 17, 23)] }),
      ['what was done: clean_memory'],
    ],
    [
      'a person was asked meanwhile',
      inIncident({ timeline: [{ at: at(33), kind: 'paged', text: '' }] }),
      ['a person was asked before it was healed'],
    ],
    [
      'requests were lost meanwhile',
      healed({ lost: [lost(20), lost(30.9), lost(31)] }),
      ['requests lost before the last action: 2'],
    ],
    [
      'the other did not fail',
      { ...good, alone: { ...good.alone, exits: [left] } },
      ['left alone it did not fail, so nothing is shown'],
    ],
    [
      'the other failed first',
      { ...good, alone: { ...good.alone, exits: [{ ...died, at: at(31) }] } },
      ['left alone it failed before the last action'],
    ],
  ])('says why not when %s', (_, observed, why) => {
    expect(outcomeOf(observed).why_not).toEqual(why);
  });

  it('does not hold against it what comes after it was healed', () => {
    const later = [...incident.recoveries, recovery('clean_memory', 'failed', 50, 55)];
    const timeline = [{ at: at(56), kind: 'paged', text: '' }];
    const needsPerson = inIncident({ recoveries: later, timeline, needs_person: true });
    expect(outcomeOf(needsPerson)).toMatchObject({ why_not: [], verified_s: 38.3 });
  });

  it('leaves memory out where it is not the matter', () => {
    expect(outcomeOf({ ...good, act: act(3) }).memory_freed_mb).toBeNull();
  });
});

describe('failureOf', () => {
  it.each([1, 2])('is the first death by itself in act %d', (number) => {
    const later = { ...died, at: at(80) };
    const found = failureOf(act(number), { exits: [left, died, later], lost: [lost(3)] });
    expect(found).toMatchObject({ at: at(46) });
  });

  it('is the request that was sent first of those lost in act 3', () => {
    const found = failureOf(act(3), { exits: [died], lost: [lost(50), lost(40)] });
    expect(found).toEqual({ at: at(41), why: 'first request lost: ECONNRESET' });
  });

  it.each([1, 2, 3])('is nothing in act %d while all is well', (number) => {
    expect(failureOf(act(number), { exits: [left], lost: [] })).toBeNull();
  });
});
