import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { type WebhookOptions, webhookPlatform } from '../../lib/platforms/webhook.js';
import { outcome } from '../support/vendor/outcome.js';
import { RECOVERY_ID } from '../support/vendor/rig.js';
import { asking, WEBHOOK, WEBHOOK_SECRET } from '../support/webhook/rig.js';

const NOW = new Date('2026-03-02T00:00:00.700Z');
const SCALE = asking({ name: 'scale', to: 3 });
const NONE = { before: {}, after: null, inverse: null };

/** An adapter whose variables are given, and what it sends. */
function adapter(
  variables: Readonly<Record<string, string>>,
  answer: () => Response = () => new Response(null, { status: 204 }),
) {
  const sent: { url: string; init: RequestInit }[] = [];
  const options: WebhookOptions = {
    address: (name) => variables[name],
    credential: (name) => variables[name],
    now: () => NOW,
    fetch: async (url, init = {}) => {
      sent.push({ url: String(url), init });
      return answer();
    },
  };
  return { sent, platform: webhookPlatform(options) };
}

const USUAL = {
  ACTION_WEBHOOK_URL: 'https://hooks.example/do',
  ACTION_WEBHOOK_SECRET: WEBHOOK_SECRET,
};

describe('webhookPlatform', () => {
  it('sends one signed message, whose id is the recovery', async () => {
    const { sent, platform } = adapter(USUAL);
    await platform.act(SCALE, await platform.prepare(SCALE));
    const [{ url, init } = { url: '', init: {} }] = sent;
    expect(sent).toHaveLength(1);
    expect(url).toBe('https://hooks.example/do');
    const body = String(init.body);
    const headers = new Headers(init.headers);
    expect(headers.get('webhook-id')).toBe(RECOVERY_ID);
    expect(headers.get('webhook-timestamp')).toBe(String(Math.floor(NOW.getTime() / 1000)));
    const at = new Date(Number(headers.get('webhook-timestamp')) * 1000);
    expect(headers.get('webhook-signature')).toBe(
      new Webhook(WEBHOOK_SECRET).sign(RECOVERY_ID, at, body),
    );
    expect(headers.has('authorization')).toBe(false);
    expect(init.redirect).toBe('manual');
    expect(JSON.parse(body)).toEqual({
      type: 'recovery.requested',
      timestamp: NOW.toISOString(),
      data: {
        recovery_id: RECOVERY_ID,
        idempotency_key: RECOVERY_ID,
        component: 'shop',
        target: 'shop-prod',
        action: 'scale',
        params: { to: 3 },
      },
    });
  });

  it('finds address, status address and secret of the webhook that a component names', async () => {
    const { sent, platform } = adapter(
      {
        ACTION_WEBHOOK_URL_DEPLOY_BOT: 'https://bot.example/do',
        ACTION_WEBHOOK_STATUS_URL_DEPLOY_BOT: 'https://bot.example/done',
        ACTION_WEBHOOK_SECRET_DEPLOY_BOT: WEBHOOK_SECRET,
      },
      () => Response.json({ state: 'done' }),
    );
    const target = { ...WEBHOOK, actions: [...WEBHOOK.actions], webhook: 'deploy_bot' };
    const request = asking({ name: 'restart' }, { target });
    await platform.act(request, NONE);
    await platform.look(request, NONE, NOW);
    expect(sent.map(({ url }) => url)).toEqual([
      'https://bot.example/do',
      `https://bot.example/done/${RECOVERY_ID}`,
    ]);
    expect(platform.describe(request)).toEqual(['POST https://bot.example/do (signed; restart)']);
  });

  it.each([
    ['no address', { ACTION_WEBHOOK_URL: '' }, 'refused', 'ACTION_WEBHOOK_URL is not set'],
    ['no secret', { ACTION_WEBHOOK_SECRET: '' }, 'refused', 'ACTION_WEBHOOK_SECRET is not set'],
    ['a plain word', { ACTION_WEBHOOK_SECRET: 'opensesame' }, 'refused', 'must be whsec_'],
    ['a short secret', { ACTION_WEBHOOK_SECRET: 'whsec_c2hvcnQ=' }, 'refused', 'at least 24 bytes'],
    ['plain http', { ACTION_WEBHOOK_URL: 'http://hooks.example/do' }, 'misconfigured', 'https'],
    ['a query', { ACTION_WEBHOOK_URL: 'https://hooks.example/do?k=1' }, 'misconfigured', 'query'],
    [
      'its states elsewhere',
      { ACTION_WEBHOOK_STATUS_URL: 'https://other.example/done' },
      'misconfigured',
      'must be on the same host',
    ],
  ])('calls nobody with %s', async (_, given, code, why) => {
    const variables = Object.entries({ ...USUAL, ...given }).filter(([, value]) => value !== '');
    const { sent, platform } = adapter(Object.fromEntries(variables));
    const act = async () => platform.act(SCALE, await platform.prepare(SCALE));
    const failed = await outcome(act());
    expect(failed).toMatchObject({ code, message: expect.stringContaining(why) });
    expect(JSON.stringify(failed)).not.toContain(WEBHOOK_SECRET);
    expect(sent).toEqual([]);
  });

  it.each([
    [
      'an action that its component does not declare',
      asking({ name: 'fail_over', to: 'b' }),
      'not declared',
    ],
    [
      'another platform',
      asking({ name: 'restart' }, { target: { type: 'agent' } }),
      'not looked after',
    ],
  ])('refuses %s', async (_, request, why) => {
    const { sent, platform } = adapter(USUAL);
    expect(await outcome(platform.prepare(request))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(why),
    });
    expect(sent).toEqual([]);
  });
});
