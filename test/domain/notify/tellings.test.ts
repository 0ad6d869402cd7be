import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causeNotice } from '../../../lib/domain/notify/cause-notice.js';
import type { Notice } from '../../../lib/domain/notify/notice.js';
import { type ToldGroup, tellings } from '../../../lib/domain/notify/tellings.js';
import { DEFAULT_SETTINGS, Settings } from '../../../lib/domain/settings.js';
import { asking, at, channel, notice, START, told } from './build.js';
import { isAnnouncement, life, noticeAt, play, type Sent, STEP_S, world } from './play.js';

const many = (count: number, given: Partial<Notice> = {}): Notice[] =>
  Array.from({ length: count }, (_, i) =>
    notice({ incidentId: `incident-${i}`, componentId: i, component: `c${i}`, ...given }),
  );

const group = (given: Partial<ToldGroup> = {}): ToldGroup => ({
  ...told({ shape: 'burst|0|9|0' }),
  beganAt: START,
  ...given,
});

describe('tellings', () => {
  it('tells of ten incidents one by one, what asks first, then the worst', () => {
    const notices = [
      ...many(8),
      notice({ incidentId: 'bad', severity: 'critical' }),
      notice({ incidentId: 'asks', phase: 'asking', asks: asking('r1') }),
    ];
    const { single, group } = tellings(channel({ notices, now: at(30) }));
    expect(single.map((one) => one.notice.incidentId).slice(0, 2)).toEqual(['asks', 'bad']);
    expect(single).toHaveLength(10);
    expect(group).toBeNull();
  });

  it('tells of more in one message, and by itself only what asks for a yes', () => {
    const notices = [...many(500), notice({ incidentId: 'asks', asks: asking('r1') })];
    const { single, group } = tellings(channel({ notices, now: at(30) }));
    expect(single.map((one) => one.notice.incidentId)).toEqual(['asks']);
    expect(group).toMatchObject({
      event: 'opened',
      notice: { headline: expect.stringContaining('501 components') },
    });
    expect(group?.notice.worst).toHaveLength(10);
  });

  it('tells nothing of a muted component before its window closes', () => {
    const until = at(3600);
    const facts = channel({ notices: [notice()], muted: new Map([[1, until]]), now: at(60) });
    expect(tellings(facts)).toEqual({ single: [], group: null, causes: [], nextAt: until });
    expect(tellings({ ...facts, muted: new Map([[1, null]]) }).nextAt).toBeNull();
    expect(tellings({ ...facts, muted: new Map([[2, until]]) }).single).toHaveLength(1);
  });

  it.each([
    ['a change', notice({ shape: 'b' }), told(), null],
    ['a question', notice({ shape: 'b', asks: asking('r1') }), told(), 'escalated'],
    ['its answer', notice({ shape: 'b' }), told({ asks: 'r1' }), 'changed'],
    ['the end', notice({ shape: 'b', closedAt: at(5), phase: 'closed' }), told(), 'closed'],
    ['that it goes on', notice(), told(), null],
  ])('of a muted component that has a message tells %s: %s', (_, one, before, event) => {
    const facts = channel({
      notices: [one],
      told: new Map([['incident-1', before]]),
      muted: new Map([[1, at(999_999)]]),
      now: at(500_000),
    });
    expect(tellings(facts).single.map((telling) => telling.event)).toEqual(
      event === null ? [] : [event],
    );
  });

  it('counts no muted component among those that share a message', () => {
    const muted = new Map(Array.from({ length: 495 }, (_, i) => [i, at(3600)]));
    const { single, group } = tellings(channel({ notices: many(500), muted, now: at(30) }));
    expect(single).toHaveLength(5);
    expect(group).toBeNull();
  });

  it('counts what was told shortly before', () => {
    const facts = channel({ notices: many(3), announced: 8, now: at(30) });
    expect(tellings(facts)).toMatchObject({ single: [], group: { event: 'opened' } });
  });

  it.each([
    ['its component', new Map([[1, 6]]), 1],
    ['its channel', new Map([[7, 50]]), 0],
  ])('tells in a shared message what is beyond the day of %s', (_, today, alone) => {
    const other = notice({ incidentId: 'other', componentId: 2 });
    const facts = channel({ notices: [notice(), other], today, now: at(30) });
    const { single, group } = tellings(facts);
    expect(single).toHaveLength(alone);
    expect(group).toMatchObject({ event: 'opened' });
    expect(group?.notice.worst).toHaveLength(2 - alone);
    const needed = [notice({ phase: 'person' }), notice({ incidentId: 'b', asks: asking('r1') })];
    expect(tellings({ ...facts, notices: needed }).single).toHaveLength(2);
  });

  it('keeps the message that is shared by what is beyond a day, until nothing is', () => {
    const shown = group({ shape: 'burst|1|1|0' });
    const facts = channel({ group: shown, today: new Map([[1, 6]]), now: at(400) });
    expect(tellings(facts).group).toMatchObject({
      event: 'changed',
      notice: { headline: 'It is calm for now', phase: 'open' },
    });
    expect(tellings({ ...facts, today: new Map([[1, 5]]) }).group?.event).toBe('closed');
  });

  it('counts all that is open in a storm, also what has a message of its own', () => {
    const notices = many(3, { severity: 'medium' });
    const known = new Map(notices.map(({ incidentId }) => [incidentId ?? '', told()]));
    const facts = channel({ notices, told: known, stormSince: START, now: at(60) });
    const counts = { failing: 1200, predicted: 3 };
    expect(tellings({ ...facts, counts }).group?.notice).toMatchObject({
      headline: '1203 components have trouble at once: 1200 failing, 3 about to fail',
      state: 'automatic action has stopped until it is calm',
      severity: 'high',
      worst: [],
    });
  });

  it('tells of a storm though nothing else is to be told', () => {
    const { single, group } = tellings(channel({ stormSince: START }));
    expect(single).toEqual([]);
    expect(group?.notice.state).toContain('automatic action has stopped');
    expect(group?.notice).toMatchObject({ headline: 'Much is bad at once', severity: 'high' });
  });

  it('goes on editing what has a message while others share one', () => {
    const told1 = new Map([['incident-0', told({ shape: 'old' })]]);
    const facts = channel({ notices: many(500), told: told1, now: at(300) });
    expect(tellings(facts).single).toMatchObject([
      { event: 'changed', notice: { incidentId: 'incident-0' } },
    ]);
  });

  it.each([
    ['lasts at least as long as a change may take', { notices: many(9), now: at(299) }, null],
    ['is edited after it', { notices: many(11), now: at(300) }, 'changed'],
    ['ends when few are left', { notices: many(9), now: at(300) }, 'closed'],
    [
      'waits after a failure',
      { notices: many(9), now: at(300), group: group({ retryAt: at(400) }) },
      null,
    ],
    [
      'is begun again when it was not taken',
      { notices: many(11), now: at(1), group: group({ shape: null }) },
      'opened',
    ],
  ])('a shared message %s', (_, given, event) => {
    const notices = given.notices.map((one) => ({ ...one, openedAt: START }));
    const facts = channel({ group: group(), ...given, notices });
    expect(tellings(facts).group?.event ?? null).toBe(event);
  });

  it('does not tell by itself of what opens while its component flaps, and somebody was told so', () => {
    const facts = channel({
      notices: [notice({ flapping: true })],
      frozen: new Map([[1, []]]),
      now: at(60),
    });
    expect(tellings(facts).single).toEqual([]);
    const asks = [notice({ flapping: true, asks: asking('r1') })];
    expect(tellings({ ...facts, notices: asks }).single).toHaveLength(1);
  });

  it('tells by itself of what is worse than what was said of a component that flaps', () => {
    const facts = channel({ frozen: new Map([[1, ['critical']]]), now: at(60) });
    const singleOf = (given: Partial<Notice>) =>
      tellings({ ...facts, notices: [notice({ flapping: true, ...given })] }).single;
    expect(singleOf({ severity: 'critical' })).toEqual([]);
    expect(singleOf({ severity: 'critical', phase: 'person' })).toHaveLength(1);
  });

  it('shows by an edit what may not be announced, and announces it once it may be', () => {
    const notices = [notice({ phase: 'person', shape: 'b' })];
    const facts = channel({
      notices,
      told: new Map([['incident-1', told()]]),
      announced: DEFAULT_SETTINGS.noticeBurst,
      now: at(300),
    });
    expect(tellings(facts).single).toMatchObject([{ event: 'changed' }]);
    const shown = new Map([['incident-1', told({ shape: 'b', toldAt: at(300) })]]);
    expect(tellings({ ...facts, told: shown, now: at(310) }).single).toEqual([]);
    const free = { ...facts, told: shown, now: at(310), announced: 0 };
    expect(tellings(free).single).toMatchObject([{ event: 'escalated' }]);
  });

  it('tells of a common cause whatever else there is to tell', () => {
    const cause = causeNotice({
      id: 'cause-1',
      group: 'web',
      kind: 'memory',
      members: ['w2', 'w1', 'w3'].map((component, i) => ({ componentId: i, component })),
      peers: 4,
      beganAt: START,
      calmSince: null,
      endedAt: null,
    });
    const facts = channel({ notices: many(500), causes: [cause], now: at(30) });
    expect(tellings(facts).causes).toMatchObject([
      { event: 'opened', notice: { causeId: 'cause-1' } },
    ]);
    const known = new Map([['cause-1', told({ shape: cause.shape })]]);
    expect(tellings({ ...facts, told: known }).causes).toEqual([]);
    expect(tellings({ ...facts, now: at(29) }).causes).toEqual([]);
  });

  it('says when to look again', () => {
    const notices = [notice(), notice({ incidentId: 'later', openedAt: at(10) })];
    expect(tellings(channel({ notices, now: at(12) })).nextAt).toEqual(at(30));
    expect(tellings(channel()).nextAt).toBeNull();
  });
});

/** All messages of an incident, by its place in the world. */
const of = (sent: readonly Sent[], i: number) => sent.filter(({ id }) => id === `i${i}`);

/** Seconds between each two that follow each other. */
const gaps = (sent: readonly Sent[]): number[] =>
  sent.slice(1).map(({ s }, i) => s - (sent[i]?.s ?? 0));

const least = (numbers: readonly number[]): number =>
  Math.min(Number.POSITIVE_INFINITY, ...numbers);

const UNTIL_S = 12_000;

const settingsOf = (noticeBurst: number) =>
  Settings.parse({ ...DEFAULT_SETTINGS, noticeBurst, noticeRepeatS: 1800 });

/** Most announcements of single incidents that any window of `noticeChangeS` holds. */
function mostWithin(sent: readonly Sent[], windowS: number): number {
  const own = sent.filter((one) => one.id !== 'group' && isAnnouncement(one));
  const within = own.map(({ s }) => own.filter((one) => one.s > s - windowS && one.s <= s).length);
  return Math.max(0, ...within);
}

/** Seconds from a message to the one before it, where it only tells that something changed. */
const quietGaps = (mine: readonly Sent[]): number[] =>
  mine.flatMap((one, i) => {
    const last = mine[i - 1];
    return one.event === 'changed' && !one.urgent && last !== undefined ? [one.s - last.s] : [];
  });

describe('the noise of a channel', () => {
  it('is bounded whatever happens', () => {
    fc.assert(
      fc.property(world, ({ lives, noticeBurst, stormS }) => {
        const settings = settingsOf(noticeBurst);
        const { sent } = play(lives, settings, UNTIL_S, stormS);
        for (const i of lives.keys()) {
          const mine = of(sent, i);
          const events = mine.map(({ event }) => event);
          expect(events.lastIndexOf('opened')).toBe(mine.length === 0 ? -1 : 0);
          expect(events.indexOf('closed')).toBeOneOf([-1, mine.length - 1]);
          expect(least(quietGaps(mine))).toBeGreaterThanOrEqual(settings.noticeChangeS);
          const reminded = mine.filter(({ event }) => event === 'opened' || event === 'reminded');
          expect(least(gaps(reminded))).toBeGreaterThanOrEqual(settings.noticeRepeatS);
        }
        expect(mostWithin(sent, settings.noticeChangeS)).toBeLessThanOrEqual(noticeBurst);
        const begun = sent.filter(({ id, event }) => id === 'group' && event === 'opened');
        expect(least(gaps(begun))).toBeGreaterThanOrEqual(settings.noticeChangeS);
      }),
      { numRuns: 150 },
    );
  });

  it('begins after a while, unless it is critical or asks for a yes', () => {
    fc.assert(
      fc.property(world, ({ lives, noticeBurst, stormS }) => {
        const settings = settingsOf(noticeBurst);
        const { sent } = play(lives, settings, UNTIL_S, stormS);
        const early = lives.filter(({ opensS, critical }, i) => {
          const [first] = of(sent, i);
          if (first === undefined || critical || first.asks !== null) return false;
          return first.s - opensS < settings.noticeFirstS;
        });
        expect(early).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('ends in what is so: nothing is left standing that is over', () => {
    fc.assert(
      fc.property(world, ({ lives, noticeBurst, stormS }) => {
        const { sent } = play(lives, settingsOf(noticeBurst), UNTIL_S, stormS);
        const last = new Map(sent.map(({ id, event }) => [id, event]));
        expect([...last.values()].filter((event) => event !== 'closed')).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('hides no question, and leaves none standing that was answered', () => {
    fc.assert(
      fc.property(fc.array(life, { minLength: 1, maxLength: 6 }), (lives) => {
        const { sent } = play(lives, settingsOf(12), UNTIL_S, 0);
        const wrong = lives.flatMap((one, i) => {
          const mine = of(sent, i);
          return Array.from({ length: UNTIL_S / STEP_S }, (_, k) => k * STEP_S).filter((s) => {
            const is = noticeAt(one, `i${i}`, s);
            const shown = mine.findLast((message) => message.s <= s);
            if (is === null || is.closedAt !== null) return false;
            return (shown?.asks ?? null) !== (is.asks?.recoveryId ?? null);
          });
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
