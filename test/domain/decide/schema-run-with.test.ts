import { describe, expect, it } from 'vitest';
import { schemaRunWith } from '../../../lib/domain/decide/schema-run-with.js';

const minute = (hours: number, minutes: number) => new Date(Date.UTC(2026, 2, 1, hours, minutes));
const hour = (hours: number) => minute(hours, 0);

describe('schemaRunWith', () => {
  const stood = { id: '7', firstSeen: hour(1), lastSeen: minute(9, 30) };
  const input = (changes: object = {}) => ({
    ranWith: null,
    newest: stood,
    liveFrom: hour(2),
    lastSeen: minute(9, 30),
    now: hour(10),
    earnedMinutes: 5,
    ...changes,
  });
  it.each([
    ['what was there when it went live', {}, '7'],
    ['what was seen soon after', { newest: { ...stood, firstSeen: minute(2, 59) } }, '7'],
    ['not yet what was seen long after', { newest: { ...stood, firstSeen: minute(9, 1) } }, null],
    [
      'what was seen long after, once it has stood',
      { newest: { ...stood, firstSeen: hour(8) } },
      '7',
    ],
    ['nothing while it is not healthy', { earnedMinutes: 0 }, null],
    ['nothing where nobody looks', { newest: null }, null],
    ['nothing of a shape seen last before it went live', { liveFrom: hour(10) }, null],
    [
      'nothing of a shape that came since the look before',
      { liveFrom: minute(9, 40), newest: { ...stood, firstSeen: hour(10) } },
      null,
    ],
    ['a later one once it has stood long enough', { ranWith: '6' }, '7'],
    [
      'not a later one that has just come',
      { ranWith: '6', newest: { ...stood, firstSeen: minute(9, 1) } },
      null,
    ],
    [
      'not a later one that stood while another was live',
      { ranWith: '6', liveFrom: minute(9, 10), lastSeen: minute(9, 20) },
      null,
    ],
  ])('is %s', (_, changes, wanted) => {
    expect(schemaRunWith(input(changes), { provenMinutes: 60 })).toBe(wanted);
  });
});
