import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { execute } from '../../lib/flows/execute.js';
import { addComponent, addRecovery, reread } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';
import { let20sPass } from '../support/rollback-flow.js';
import { startWebhookServer, type WebhookServer } from '../support/webhook-server.js';

const SECRET = `whsec_${Buffer.from('a secret of at least twenty-four bytes').toString('base64')}`;

let flows: FlowStack;
let webhook: WebhookServer;
let names = 0;

beforeAll(async () => {
  webhook = await startWebhookServer({ secret: SECRET });
  const env = { ACTION_WEBHOOK_URL: `${webhook.url}/actions`, ACTION_WEBHOOK_SECRET: SECRET };
  flows = await startFlowStack({ attempts: 3 }, env);
});

afterAll(async () => {
  await flows.close();
  await webhook.close();
});

beforeEach(() => {
  webhook.effects.length = 0;
});

/** A rollback by a receiver that tells nothing of what it did, and may do it twice. */
async function planned(): Promise<string> {
  names += 1;
  const componentId = await addComponent(flows.stack, `hooked-${names}`, {
    platform: { type: 'webhook', target: `hooked-${names}`, actions: ['rollback'] },
  });
  const action = { name: 'rollback', rollback_type: 'deployment' } as const;
  return (await addRecovery(flows.app, componentId, { executor: 'webhook', action })).id;
}

const attempt = (id: string) => execute(flows.app, id).catch(({ code }) => code);

describe('an action by a webhook that tells of nothing', () => {
  it('is sent again after 429, which says that it was not taken', async () => {
    const id = await planned();
    webhook.answerNext('action', { status: 429, body: '' });
    expect(await attempt(id)).toBe('upstream_unavailable');
    expect((await reread(flows.app, id)).calledAt).toBeNull();
    expect(await attempt(id)).toEqual({ kind: 'acted' });
    expect(webhook.effects).toHaveLength(1);
  });

  it('is not sent again after 503, which a proxy answers for one that has taken it, too', async () => {
    const id = await planned();
    webhook.answerNext('action', { status: 503, headers: { 'retry-after': '1' }, effect: true });
    expect(await attempt(id)).toBe('upstream_unavailable');
    await let20sPass(flows.app, id);
    expect(await attempt(id)).toBe('upstream_unavailable');
    expect(webhook.effects).toHaveLength(1);
  });

  it('is not sent again by 429 where an earlier call may have been taken', async () => {
    const id = await planned();
    webhook.answerNext('action', { ending: 'drop', effect: true });
    expect(await attempt(id)).toBe('upstream_unavailable');
    const { calledAt } = await reread(flows.app, id);
    expect(calledAt).not.toBeNull();
    expect(await attempt(id)).toBe('upstream_unavailable');
    expect((await reread(flows.app, id)).calledAt).toEqual(calledAt);
    expect(webhook.effects).toHaveLength(1);
  });

  it('is skipped, not failed, where it is to stop before it was ever taken', async () => {
    const id = await planned();
    webhook.answerNext('action', { status: 429, body: '' });
    await attempt(id);
    await flows.stack.call('POST', '/api/admin/pause', { why: 'a test' });
    const stopped = await attempt(id);
    await flows.stack.call('POST', '/api/admin/resume', { why: 'a test' });
    expect(stopped).toEqual({ kind: 'stopped' });
    expect((await reread(flows.app, id)).state).toBe('skipped');
    expect(webhook.effects).toEqual([]);
  });

  it('fails without a doubt where not one of its calls was taken', async () => {
    const id = await planned();
    for (const _ of [1, 2]) {
      webhook.answerNext('action', { status: 429, body: '' });
      await attempt(id);
    }
    webhook.answerNext('action', { status: 429, body: '' });
    expect(await attempt(id)).toEqual({ kind: 'failed' });
    expect((await reread(flows.app, id)).error).not.toContain('may have been done');
  });
});
