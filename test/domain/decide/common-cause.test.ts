import { describe, expect, it } from 'vitest';
import {
  accountedFor,
  type CommonCause,
  causeSteps,
  type Peer,
} from '../../../lib/domain/decide/common-cause.js';
import { ago, NOW, settings } from './build.js';

const minutesAgo = (minutes: number): number => ago(60 * minutes).getTime();

function peer(componentId: number, changes: Partial<Peer> = {}): Peer {
  const component = `web-${componentId}`;
  const calm = { state: 'healthy' as const, raised: null, bad: 0, rising: {} };
  return { componentId, component, group: 'web', ...calm, ...changes };
}

function rising(componentId: number, changes: Partial<Peer> = {}): Peer {
  const towards = { rising: { memory: minutesAgo(componentId) } };
  return peer(componentId, { state: 'degraded', raised: 'high', bad: 2, ...towards, ...changes });
}

const step = (peers: readonly Peer[], open: readonly CommonCause[] = [], now = NOW) =>
  causeSteps(open, peers, settings(), now);

const three = [rising(1), rising(2), rising(3), peer(4), peer(5)];

function lasting(changes: Partial<CommonCause> = {}): CommonCause {
  const [first] = step(three);
  if (first === undefined) throw new Error('nothing has begun');
  return { ...first.cause, ...changes };
}

describe('causeSteps', () => {
  it('begins where most of a group, and three at least, rise alike', () => {
    expect(step(three)).toEqual([
      {
        change: 'began',
        cause: {
          group: 'web',
          kind: 'memory',
          members: [1, 2, 3].map((componentId) => ({
            componentId,
            component: `web-${componentId}`,
          })),
          peers: 5,
          beganAt: NOW,
          calmSince: null,
        },
      },
    ]);
  });

  it.each([
    { where: 'two rise', peers: [rising(1), rising(2)] },
    {
      where: 'half of them rise',
      peers: [rising(1), rising(2), rising(3), peer(4), peer(5), peer(6)],
    },
    {
      where: 'they rise in different kinds',
      peers: [rising(1), rising(2), rising(3, { rising: { disk: minutesAgo(1) } })],
    },
    { where: 'they are of two groups', peers: [rising(1), rising(2), rising(3, { group: 'db' })] },
    {
      where: 'one has risen for days',
      peers: [rising(1), rising(2), rising(3, { rising: { memory: minutesAgo(3000) } })],
    },
    {
      where: 'the state of one is unknown',
      peers: [rising(1), rising(2), rising(3, { state: 'unknown' })],
    },
    {
      where: 'none would open an incident yet',
      peers: [1, 2, 3].map((id) => rising(id, { raised: 'medium', bad: 9 })),
    },
    {
      where: 'it may be a flicker',
      peers: [1, 2, 3].map((id) => rising(id, { raised: 'critical', bad: 1 })),
    },
  ])('does not begin where $where', ({ peers }) => {
    expect(step(peers)).toEqual([]);
  });

  it('counts those that fail already, and does not wait for an agreement of theirs', () => {
    const failing = rising(3, { state: 'failing', raised: null, bad: 1 });
    const others = [1, 2].map((id) => rising(id, { raised: 'medium', bad: 1 }));
    expect(step([...others, failing])).toMatchObject([{ change: 'began' }]);
  });

  it('changes nothing when it is seen again', () => {
    expect(step(three, [lasting()], ago(-60))).toMatchObject([{ change: null }]);
  });

  it('takes in who rises later, and lets go who has stopped', () => {
    const [went] = step([peer(1), rising(2), rising(3), rising(4)], [lasting()]);
    expect(went?.change).toBe('went on');
    expect(went?.cause.members.map(({ componentId }) => componentId)).toEqual([2, 3, 4]);
  });

  it('ends only once too few have risen for a while', () => {
    const few = [rising(1), ...[2, 3, 4, 5].map((id) => peer(id))];
    const [calm] = step(few, [lasting()]);
    expect(calm).toMatchObject({ change: 'went on', cause: { calmSince: NOW } });
    const open = [lasting({ ...calm?.cause })];
    expect(step(few, open, ago(-599))).toMatchObject([{ change: null }]);
    expect(step(few, open, ago(-600))).toMatchObject([{ change: 'ended' }]);
    expect(step(three, open, ago(-600))).toMatchObject([
      { change: 'went on', cause: { calmSince: null } },
    ]);
  });

  it('ends also where nothing is known of the group any more', () => {
    const open = [lasting({ calmSince: ago(600) })];
    expect(step([], open)).toMatchObject([{ change: 'ended', cause: { members: [], peers: 0 } }]);
  });
});

describe('accountedFor', () => {
  const cause = lasting();

  it.each([
    { who: 'a member', id: 1, kinds: { memory: 1 }, accounted: true },
    {
      who: 'a member with trouble of its own',
      id: 1,
      kinds: { memory: 1, disk: 1 },
      accounted: false,
    },
    { who: 'a member that does not rise', id: 1, kinds: {}, accounted: false },
    { who: 'a component of another group', id: 9, kinds: { memory: 1 }, accounted: false },
  ])('says of $who: $accounted', ({ id, kinds, accounted }) => {
    expect(accountedFor(id, kinds, [cause]) !== null).toBe(accounted);
  });
});
