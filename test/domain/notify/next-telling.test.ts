import { describe, expect, it } from 'vitest';
import { nextTelling, type Told } from '../../../lib/domain/notify/next-telling.js';
import type { Notice } from '../../../lib/domain/notify/notice.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';
import { asking, at, notice, told } from './build.js';

const next = (seconds: number, given: Partial<Notice>, before: Told | null) =>
  nextTelling({
    notice: notice(given),
    told: before,
    settings: DEFAULT_SETTINGS,
    now: at(seconds),
  });

const tell = (event: string) => expect.objectContaining({ kind: 'tell', event });
const wait = (seconds: number | null) => ({
  kind: 'wait',
  until: seconds === null ? null : at(seconds),
});

describe('nextTelling', () => {
  it.each([
    ['waits for half a minute', 0, {}, wait(30)],
    ['waits until the last second of it', 29.9, {}, wait(30)],
    ['is told after it', 30, {}, tell('opened')],
    ['is told at once when it is critical', 0, { severity: 'critical' }, tell('opened')],
    ['is told at once when a yes is asked for', 0, { asks: asking('r1') }, tell('opened')],
    ['is never told when it is over by then', 60, { closedAt: at(20) }, wait(null)],
    [
      'is never told when it is over, critical or not',
      1,
      { closedAt: at(1), severity: 'critical' },
      wait(null),
    ],
  ] as const)('an incident that nobody knows of %s', (_, seconds, given, expected) => {
    expect(next(seconds, given, null)).toEqual(expected);
  });

  it.each([
    ['is left alone while nothing changes', 60, {}, {}, wait(14_400)],
    ['is not changed within five minutes', 299, { shape: 'b' }, {}, wait(300)],
    ['is changed after them', 300, { shape: 'b' }, {}, tell('changed')],
    [
      'is escalated at once when a yes is asked for',
      1,
      { asks: asking('r1') },
      {},
      tell('escalated'),
    ],
    ['is escalated at once when a person is needed', 1, { phase: 'person' }, {}, tell('escalated')],
    [
      'is escalated at once when it is critical',
      1,
      { severity: 'critical' },
      {},
      tell('escalated'),
    ],
    ['is escalated once', 1, { severity: 'critical' }, { called: ['critical'] }, wait(14_400)],
    [
      'is not escalated when it is over',
      1,
      { phase: 'closed', severity: 'critical', closedAt: at(1) },
      {},
      tell('closed'),
    ],
    ['shows at once that it was answered, or expired', 1, {}, { asks: 'r1' }, tell('changed')],
    [
      'is escalated when another yes is asked for',
      1,
      { asks: asking('r2') },
      { asks: 'r1', called: ['asks:r1'] },
      tell('escalated'),
    ],
    ['shows at once that it is over', 1, { closedAt: at(1), shape: 'c' }, {}, tell('closed')],
    ['is over once', 1, { closedAt: at(1), shape: 'c' }, { ended: true }, wait(null)],
    ['is announced again after four hours', 14_400, {}, {}, tell('reminded')],
    [
      'is announced four hours after the last announcement, whatever was changed since',
      14_399,
      {},
      { toldAt: at(9000) },
      wait(14_400),
    ],
    [
      'is not announced while it is snoozed',
      14_400,
      {},
      { snoozedUntil: at(15_000) },
      wait(15_000),
    ],
    [
      'is announced when the snooze is over',
      15_000,
      {},
      { snoozedUntil: at(15_000) },
      tell('reminded'),
    ],
    [
      'is changed though it is snoozed',
      300,
      { shape: 'b' },
      { snoozedUntil: at(9000) },
      tell('changed'),
    ],
    ['waits after a failure', 301, { shape: 'b' }, { retryAt: at(400) }, wait(400)],
    ['is tried again after the wait', 400, { shape: 'b' }, { retryAt: at(400) }, tell('changed')],
    [
      'does not offer again what was refused',
      900,
      { shape: 'b' },
      { refusedShape: 'b', retryAt: at(14_400) },
      wait(14_400),
    ],
    [
      'offers it again after four hours',
      14_400,
      { shape: 'b' },
      { refusedShape: 'b', retryAt: at(14_400) },
      tell('changed'),
    ],
    [
      'offers something else',
      900,
      { shape: 'c' },
      { refusedShape: 'b', retryAt: at(14_400) },
      tell('changed'),
    ],
    [
      'offers its end',
      900,
      { shape: 'c', closedAt: at(899) },
      { refusedShape: 'b', retryAt: at(14_400) },
      tell('closed'),
    ],
  ] as const)('a message %s', (_, seconds, given, before, expected) => {
    expect(next(seconds, given, told(before))).toEqual(expected);
  });

  it.each([
    ['is said to', 300, { shape: 'f' }, {}, tell('changed')],
    ['is not told of then', 900, { shape: 'g' }, { frozenAt: at(300) }, wait(14_400)],
    [
      'is announced again after four hours',
      14_400,
      { shape: 'g' },
      { frozenAt: at(300) },
      tell('reminded'),
    ],
    [
      'is escalated when it gets worse',
      900,
      { severity: 'critical' },
      { frozenAt: at(300) },
      tell('escalated'),
    ],
    [
      'is not said to be well',
      900,
      { closedAt: at(800), shape: 'g' },
      { frozenAt: at(300) },
      wait(null),
    ],
    [
      'still asks for a yes',
      301,
      { asks: asking('r1'), shape: 'g' },
      { frozenAt: at(300) },
      tell('escalated'),
    ],
  ] as const)('a component that flaps %s', (_, seconds, given, before, expected) => {
    expect(next(seconds, { flapping: true, ...given }, told(before))).toEqual(expected);
  });

  it('tells the end once a component has stopped flapping', () => {
    const given = { closedAt: at(800), shape: 'c' };
    expect(next(1800, given, told({ frozenAt: at(300) }))).toEqual(tell('closed'));
  });

  it.each([
    ['ends what may have been told', true, tell('closed')],
    ['says nothing of what was not', false, wait(null)],
  ] as const)(
    '%s when an incident is over before its first message is known of',
    (_, unsure, expected) => {
      const before = told({ shape: null, toldAt: null, announcedAt: null, unsure });
      expect(next(60, { closedAt: at(50) }, before)).toEqual(expected);
    },
  );
});
