import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningOut, runOut } from '../support/life.js';
import { startTestStack, type TestStack } from '../support/stack.js';
import { startWebhookServer, type WebhookServer } from '../support/webhook-server.js';

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

let stack: TestStack;
let told: WebhookServer;
let silent: WebhookServer;

beforeAll(async () => {
  told = await startWebhookServer({ secret: SECRET, answers: 'accepted_with_url' });
  silent = await startWebhookServer({ secret: SECRET });
  stack = await startTestStack({
    // A busy machine must not make a test's samples look stale.
    settings: { recoveryShare: 1, freshIntervals: 10, freshShare: 0.3, attempts: 2 },
    timeScale: 0.1,
    env: {
      ACTION_WEBHOOK_URL: `${told.url}/actions`,
      ACTION_WEBHOOK_STATUS_URL: `${told.url}/actions/status`,
      ACTION_WEBHOOK_SECRET: SECRET,
      ACTION_WEBHOOK_URL_SILENT: `${silent.url}/actions`,
      ACTION_WEBHOOK_SECRET_SILENT: SECRET,
    },
  });
});

afterAll(async () => {
  await stack.close();
  await told.close();
  await silent.close();
});

const put = (name: string, given: object = {}) =>
  stack.call('PUT', `/api/components/${name}`, {
    platform: { type: 'webhook', target: `${name}-prod`, actions: ['restart'], ...given },
    mode: 'auto',
  });

function isRestarted(name: string): boolean {
  // What was accepted is done a little later.
  for (const id of told.states.keys()) told.states.set(id, 'done');
  return told.effects.includes(`restart ${name}-prod`);
}

const outOf = (name: string, isWanted?: RunningOut['isWanted']) =>
  runOut(stack, name, { isRestarted: () => isRestarted(name), isWanted });

describe('a component that a webhook looks after', () => {
  it('is restarted by it, once, though the first answer is lost, and the incident closes', async () => {
    await put('leaks');
    told.answerNext('action', { ending: 'drop', effect: true });
    const incident = await outOf('leaks');
    expect(incident).toMatchObject({ needs_person: false });
    expect(incident.recoveries).toMatchObject([{ action: 'restart', state: 'succeeded' }]);
    expect(told.effects).toEqual(['restart leaks-prod']);
    const { id } = incident.recoveries[0];
    expect(told.messageIds).toContain(id);
    expect((await stack.call('GET', `/api/recoveries/${id}`)).body).toMatchObject({
      executor: 'webhook',
      result: { success: true, service_id: 'leaks-prod' },
    });
  }, 300_000);

  it('is not asked twice where nobody can tell whether it was done; a person is asked', async () => {
    await put('mute', { webhook: 'silent' });
    silent.answerNext('action', { ending: 'drop', effect: true });
    const incident = await outOf('mute', (one) => Object(one).needs_person === true);
    expect(incident.recoveries).toMatchObject([{ action: 'restart', state: 'failed' }]);
    expect(silent.effects).toEqual(['restart mute-prod']);
    expect(silent.messageIds).toHaveLength(1);
    const { id } = incident.recoveries[0];
    expect((await stack.call('GET', `/api/recoveries/${id}`)).body).toMatchObject({
      error: expect.stringContaining('cannot tell whether it was done'),
    });
  }, 300_000);

  it('is asked for nothing that it does not declare', async () => {
    await put('narrow');
    const asked = await stack.call('POST', '/api/recover', {
      component: 'narrow',
      action: 'scale',
      params: { to: 2 },
      reason: 'a test',
    });
    expect(asked.status).toBe(409);
    expect(JSON.stringify(asked.body)).toContain('webhook cannot scale');
  });

  it('tells its address in a dry run, and nothing of the secret', async () => {
    await put('dry');
    const asked = await stack.call('POST', '/api/recover', {
      component: 'dry',
      action: 'restart',
      reason: 'a test',
      dry_run: true,
    });
    expect(asked.body.calls).toEqual([`POST ${told.url}/actions (signed; restart)`]);
    expect(JSON.stringify(asked.body)).not.toContain(SECRET);
  });
});
