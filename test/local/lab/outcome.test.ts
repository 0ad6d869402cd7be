import { describe, expect, it } from 'vitest';
import { faultNamed } from '../../../lib/local/lab/faults.js';
import { firstNamed, hasFailed, outcomeOf } from '../../../lib/local/lab/outcome.js';
import { at, HEALED, incident, recovery } from './build.js';

describe('outcomeOf', () => {
  it('tells what was named, done and lost, in seconds since the fault came in', () => {
    expect(outcomeOf(HEALED)).toEqual({
      fault: 'bad-deploy-errors',
      mode: 'auto',
      truth: 'api: deployment_regression',
      named: 'api: deployment_regression',
      named_s: 3,
      top1: true,
      deeds: [{ component: 'api', action: 'rollback', state: 'succeeded' }],
      on_innocents: [],
      wrong: [],
      recovered_s: 9,
      asked: [],
      sent: 100,
      lost: 1,
      died: false,
    });
  });

  it('counts an action on another component, however it ended, also while all calms down', () => {
    const web = incident({ component: 'web', recoveries: [recovery({ state: 'failed' })] });
    const { on_innocents, wrong } = outcomeOf({ ...HEALED, afterwards: [web] });
    expect(on_innocents).toEqual([{ component: 'web', action: 'rollback', state: 'failed' }]);
    expect(wrong).toEqual(on_innocents);
  });

  it('counts what cannot help against the fault as wrong, though on the right component', () => {
    const api = incident({ recoveries: [recovery({ action: 'restart' })] });
    const outcome = outcomeOf({ ...HEALED, afterwards: [api] });
    expect(outcome.on_innocents).toEqual([]);
    expect(outcome.wrong).toMatchObject([{ action: 'restart' }]);
  });

  it.each(['skipped', 'expired', 'planned', 'awaiting_approval'])(
    'counts nothing that was never carried out (%s)',
    (state) => {
      const api = incident({ recoveries: [recovery({ state, acted_at: null })] });
      expect(outcomeOf({ ...HEALED, afterwards: [api] }).deeds).toEqual([]);
    },
  );

  it('has no cause right where the component or the situation is another, or nothing was named', () => {
    const right = { situation: 'deployment_regression' };
    const named = (over: object) => outcomeOf({ ...HEALED, incidents: [incident(over)] }).top1;
    expect(named(right)).toBe(true);
    expect(named({ ...right, component: 'stock' })).toBe(false);
    expect(named({ situation: 'unknown' })).toBe(false);
    expect(outcomeOf({ ...HEALED, incidents: [] })).toMatchObject({ top1: false, named: null });
  });

  it('takes the word of a status page that was read at once, and not of one read late', () => {
    const told = (seconds: number) =>
      outcomeOf({
        ...HEALED,
        fault: faultNamed('provider-out'),
        incidents: [
          incident({
            component: 'mail',
            timeline: [
              { at: at(seconds), kind: 'cause', text: 'out', data: { situation: 'provider' } },
            ],
          }),
        ],
      });
    expect(told(4)).toMatchObject({ top1: true, named: 'mail: provider' });
    expect(told(9)).toMatchObject({ top1: false, named: 'mail: unknown' });
  });

  it('knows each component once for which a person was asked', () => {
    const paged = { at: at(4), kind: 'paged', text: '' };
    const incidents = [
      incident({ needs_person: true }),
      incident({ timeline: [paged] }),
      incident({ component: 'web', timeline: [paged] }),
      incident({ component: 'edge' }),
    ];
    expect(outcomeOf({ ...HEALED, incidents }).asked).toEqual(['api', 'web']);
  });

  it('counts a death by itself since the fault, and no restart', () => {
    const exits = (seconds: number, orderly: boolean) =>
      outcomeOf({ ...HEALED, exits: [{ at: at(seconds), orderly, why: '' }] }).died;
    expect(exits(4, false)).toBe(true);
    expect(exits(4, true)).toBe(false);
    expect(exits(-4, false)).toBe(false);
  });
});

describe('firstNamed', () => {
  it('is not the first to fail where what it depends on fails soon after', () => {
    const incidents = [
      incident({ component: 'edge', opened_at: at(2) }),
      incident({ component: 'db-proxy', opened_at: at(6), situation: 'database' }),
    ];
    expect(firstNamed(incidents, 10)?.component).toBe('db-proxy');
    expect(firstNamed(incidents, 3)?.component).toBe('edge');
  });

  it('is the first of two that have nothing to do with each other', () => {
    const incidents = [
      incident({ component: 'cache', opened_at: at(5) }),
      incident({ component: 'mail', opened_at: at(4) }),
    ];
    expect(firstNamed(incidents, 10)?.component).toBe('mail');
  });

  it('is never one that points elsewhere', () => {
    expect(firstNamed([incident({ situation: 'upstream' })], 10)).toBeNull();
  });
});

describe('hasFailed', () => {
  const outcome = outcomeOf(HEALED);
  it('is a death, or more than one request in fifty lost', () => {
    expect(hasFailed(outcome)).toBe(false);
    expect(hasFailed({ ...outcome, died: true })).toBe(true);
    expect(hasFailed({ ...outcome, lost: 2 })).toBe(false);
    expect(hasFailed({ ...outcome, lost: 3 })).toBe(true);
  });
});
