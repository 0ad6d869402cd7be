import { describe, expect, it } from 'vitest';
import { parseCron } from '../../../lib/local/queue/cron.js';
import { Refusal } from '../../../lib/local/queue/refusal.js';

function nexts(expression: string, from: string, count: number): readonly string[] {
  const cron = parseCron(expression);
  const times: string[] = [];
  let atMs = Date.parse(from);
  while (times.length < count) {
    atMs = cron.next(atMs) ?? Number.NaN;
    times.push(new Date(atMs).toISOString());
  }
  return times;
}

describe('parseCron', () => {
  it.each([
    ['* * * * *', ['2026-03-28T23:31:00.000Z', '2026-03-28T23:32:00.000Z']],
    ['*/15 * * * *', ['2026-03-28T23:45:00.000Z', '2026-03-29T00:00:00.000Z']],
    ['0 4 * * MON', ['2026-03-30T04:00:00.000Z', '2026-04-06T04:00:00.000Z']],
    ['*/2 * * * * *', ['2026-03-28T23:30:02.000Z', '2026-03-28T23:30:04.000Z']],
  ])('follows %s in UTC', (expression, expected) => {
    expect(nexts(expression, '2026-03-28T23:30:00Z', 2)).toEqual(expected);
  });

  it.each(['CRON_TZ=Europe/Paris 0 4 * * *', 'TZ=Europe/Paris 0 4 * * *'])(
    'follows the zone of %s over a change of its clocks',
    (expression) => {
      expect(nexts(expression, '2026-03-27T12:00:00Z', 2)).toEqual([
        '2026-03-28T03:00:00.000Z',
        '2026-03-29T02:00:00.000Z',
      ]);
    },
  );

  it('never names the instant that it is asked from', () => {
    expect(nexts('0 * * * *', '2026-03-28T23:00:00Z', 1)).toEqual(['2026-03-29T00:00:00.000Z']);
  });

  it('says when there is no next time', () => {
    expect(parseCron('0 0 30 2 *').next(0)).toBeNull();
  });

  it.each([
    '',
    'every minute',
    '* * * *',
    '* * * * * * *',
    '61 * * * *',
    'CRON_TZ=Mars/Base 0 4 * * *',
  ])('refuses "%s"', (expression) => {
    expect(() => parseCron(expression)).toThrow(Refusal);
  });
});
