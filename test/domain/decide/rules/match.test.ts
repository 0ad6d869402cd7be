import { describe, expect, it } from 'vitest';
import { match, type RuleContext } from '../../../../lib/domain/decide/rules/match.js';
import { RuleCondition } from '../../../../lib/domain/decide/rules/rule.js';
import { context } from './build.js';

const matched = (when: object, changes: Partial<RuleContext> = {}) =>
  match(RuleCondition.parse({ all: true, ...when }), context(changes)).matched;
const targeted = (when: object) => match(RuleCondition.parse(when), context()).matched;

describe('match', () => {
  it.each([
    [{ components: ['cart', 'shop'] }, true],
    [{ components: ['cart'] }, false],
    [{ groups: ['web'] }, true],
    [{ groups: ['data'] }, false],
    [{ platforms: ['render', 'fly'] }, true],
    [{ platforms: ['fly'] }, false],
    [{ labels: { tier: 'gold' } }, true],
    [{ labels: { tier: 'iron' } }, false],
    [{ labels: { tier: 'gold', zone: 'a' } }, false],
    [{ labels: { toString: 'x' } }, false],
    [{ components: ['shop'], groups: ['data'] }, false],
  ])('of %j is %s', (when, holds) => {
    expect(targeted(when)).toBe(holds);
  });

  it.each([
    [{ situations: ['leak'] }, true],
    [{ situations: ['down'] }, false],
    [{ causes: ['cpu_saturation'] }, true],
    [{ causes: ['down'] }, false],
    [{ levels: ['critical'] }, true],
    [{ levels: ['none'] }, false],
    [{ metrics: [{ metric: 'memory_usage', above: 80 }] }, true],
    [{ metrics: [{ metric: 'memory_usage', above: 82 }] }, false],
    [{ metrics: [{ metric: 'memory_usage', above: 80, below: 82 }] }, false],
    [
      {
        metrics: [
          { metric: 'memory_usage', above: 80 },
          { metric: 'x', below: 1 },
        ],
      },
      false,
    ],
  ])('of trouble %j is %s', (when, holds) => {
    expect(matched(when)).toBe(holds);
  });

  it('takes a level of none for one', () => {
    expect(matched({ levels: ['none'] }, { level: null })).toBe(true);
  });

  it('does not know what was not kept, and says what', () => {
    const unknown = { causes: null, metrics: {}, knowsAllMetrics: false };
    const metrics = [{ metric: 'queue.depth', above: 1 }];
    const when = RuleCondition.parse({ all: true, causes: ['leak'], metrics });
    expect(match(when, context(unknown))).toEqual({
      matched: null,
      because: ['the causes were not kept', 'queue.depth was not kept with the incident'],
    });
    expect(matched({ causes: ['leak'], metrics, levels: ['none'] }, unknown)).toBe(false);
  });

  const berlin = { zone: 'Europe/Berlin', from: '22:00', to: '06:00' };
  it.each([
    ['in the evening', '2026-03-28T21:00', {}, true],
    ['a minute before', '2026-03-28T20:59', {}, false],
    // The clock jumps from 02:00 to 03:00 that night: 06:00 is 04:00 in UTC.
    ['until the morning', '2026-03-29T03:59', {}, true],
    ['no longer', '2026-03-29T04:00', {}, false],
    ['in the hour that is there twice', '2026-10-25T01:30', {}, true],
    ['of the day on which it starts', '2026-03-29T03:59', { days: ['sat'] }, true],
    ['not of the day after', '2026-03-29T03:59', { days: ['sun'] }, false],
  ])('over midnight holds %s', (_, at, more, holds) => {
    const time = { ...berlin, ...more };
    expect(matched({ time }, { at: new Date(`${at}:00Z`) })).toBe(holds);
  });

  it.each([
    ['2026-03-01T08:00', true],
    ['2026-03-01T17:59', true],
    ['2026-03-01T18:00', false],
    ['2026-03-01T07:59', false],
  ])('between 08:00 and 18:00 at %s is %s', (at, holds) => {
    const time = { zone: 'UTC', from: '08:00', to: '18:00' };
    expect(matched({ time }, { at: new Date(`${at}:00Z`) })).toBe(holds);
  });
});
