import { describe, expect, it } from 'vitest';
import { Rule } from '../../../../lib/domain/decide/rules/rule.js';
import { stated } from './build.js';

describe('Rule', () => {
  it('takes any metric, and fills in what is not said', () => {
    const metrics = [{ metric: 'queue.depth', above: 10 }];
    expect(Rule.parse(stated({ when: { components: ['shop'], metrics } }))).toMatchObject({
      enabled: true,
      priority: 1000,
    });
  });

  it.each([
    ['no target', { when: {} }, 'name whom it is for'],
    ['a metric alone', { when: { metrics: [{ metric: 'x', above: 1 }] } }, 'name whom it is for'],
    ['labels that name none', { when: { labels: {} } }, 'name whom it is for'],
    ['all and some', { when: { all: true, groups: ['web'] } }, 'name whom it is for'],
    ['all: false', { when: { all: false } }, 'all'],
    ['an empty list', { when: { components: [] } }, 'components'],
    ['a platform that there is not', { when: { platforms: ['heroku'] } }, 'platforms'],
    ['a misspelt condition', { when: { all: true, metric: 'x' } }, 'metric'],
    [
      'a metric of which nothing is asked',
      { when: { all: true, metrics: [{ metric: 'x' }] } },
      'above',
    ],
    [
      'a zone that there is not',
      { when: { all: true, time: { zone: 'Europe/Berln', from: '08:00', to: '18:00' } } },
      'no time zone is called Europe/Berln',
    ],
    [
      'a time of no length',
      { when: { all: true, time: { zone: 'UTC', from: '08:00', to: '08:00' } } },
      'must differ',
    ],
    ['nothing that it does', { effect: {} }, 'plan, mode, or limits'],
    ['an action that there is not', { effect: { plan: [{ name: 'reboot' }] } }, 'plan'],
    ['a scale without a number', { effect: { plan: [{ name: 'scale' }] } }, 'to'],
    ['an empty plan', { effect: { plan: [] } }, 'plan'],
    ['a raise of nothing', { effect: { raise_mode: true, limits: {} } }, 'raise_mode needs a mode'],
    ['a limit below none', { effect: { limits: { restarts_per_hour: -1 } } }, 'restarts_per_hour'],
  ])('refuses %s', (_, given, says) => {
    const { error } = Rule.safeParse(stated(given));
    expect(JSON.stringify(error?.issues)).toContain(says);
  });
});
