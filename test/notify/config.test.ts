import { describe, expect, it } from 'vitest';
import { address } from '../../lib/address.js';
import { readNotifyConfig } from '../../lib/notify/config.js';
import { openNotify } from '../../lib/notify/notify.js';

const SECRET = `whsec_${'A'.repeat(32)}`;
const read = (env: Record<string, string>) => readNotifyConfig({ env, address });

const channels = (env: Record<string, string>) => {
  const options = { fetch, now: () => new Date(), link: 'https://forestall.example' };
  return openNotify(read(env), options).channels.map(({ name }) => name);
};

const slack = { SLACK_BOT_TOKEN: 'xoxb-secret', SLACK_CHANNEL: 'C0123456789' };
const pagerDuty = { PAGERDUTY_ROUTING_KEY: 'R0123456789ABCDEF0123456789ABCDE' };
const webhook = { NOTIFY_WEBHOOK_URL: 'https://a.example/b', NOTIFY_WEBHOOK_SECRET: SECRET };

describe('readNotifyConfig', () => {
  it.each([
    ['nobody is told', {}, []],
    ['Slack', slack, ['slack']],
    ['PagerDuty', pagerDuty, ['pagerduty']],
    ['a webhook', webhook, ['webhook']],
    ['all', { ...slack, ...pagerDuty, ...webhook }, ['slack', 'pagerduty', 'webhook']],
  ])('sets up what the environment says: %s', (_, env, names) => {
    expect(channels(env)).toEqual(names);
  });

  it('lets nobody answer where nobody is named', () => {
    expect(read(slack).slackApprovers).toEqual([]);
    expect(read({ SLACK_APPROVERS: 'U0ANN, W0BOB' }).slackApprovers).toEqual(['U0ANN', 'W0BOB']);
  });

  it.each([
    ['SLACK_CHANNEL', { ...slack, SLACK_CHANNEL: '#incidents' }],
    ['SLACK_CHANNEL', { SLACK_BOT_TOKEN: 'xoxb-secret' }],
    ['SLACK_APPROVERS', { SLACK_APPROVERS: '@ann-secret' }],
    ['SLACK_API_URL', { SLACK_API_URL: 'http://secret.example' }],
    ['PAGERDUTY_ROUTING_KEY', { PAGERDUTY_ROUTING_KEY: 'secret' }],
    ['PAGERDUTY_EVENTS_URL', { PAGERDUTY_EVENTS_URL: 'http://secret.example' }],
    ['NOTIFY_WEBHOOK_URL', { ...webhook, NOTIFY_WEBHOOK_URL: 'http://secret.example' }],
    ['NOTIFY_WEBHOOK_URL', { ...webhook, NOTIFY_WEBHOOK_URL: 'https://a.example/?secret=1' }],
    ['NOTIFY_WEBHOOK_SECRET', { NOTIFY_WEBHOOK_URL: 'https://a.example' }],
    ['NOTIFY_WEBHOOK_SECRET', { ...webhook, NOTIFY_WEBHOOK_SECRET: 'whsec_secret' }],
  ])('names %s, and not what is in it', (variable, env) => {
    const error = expect.objectContaining({
      code: 'misconfigured',
      message: expect.stringMatching(new RegExp(`^(?!.*secret).*${variable}`)),
    });
    expect(() => channels(env)).toThrow(error);
  });
});
