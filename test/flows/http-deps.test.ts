import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { webhookPurpose } from '../../lib/flows/http-deps.js';
import { seal } from '../../lib/security/seal.js';
import { deriveSecrets } from '../../lib/security/secrets.js';
import { uuid7 } from '../../lib/security/uuid7.js';
import { addWebhookSecret } from '../../lib/store/webhook-secrets.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(() => stack.close());

const alert = { version: '4', status: 'firing', alerts: [] };
const shows = (secret: string) =>
  stack.call('POST', '/api/webhooks/alertmanager', alert, { authorization: `Bearer ${secret}` });

/** A secret that was sealed under a key that is gone. */
async function addLost(): Promise<void> {
  const gone = deriveSecrets(randomBytes(32).toString('base64url'), []);
  const sealed = seal('lost', webhookPurpose('alertmanager'), gone);
  await addWebhookSecret(stack.app.sql, {
    id: uuid7(Date.now()),
    source: 'alertmanager',
    sealed,
    who: 'test',
  });
}

describe('the secrets of a webhook', () => {
  it('say that they cannot be opened when none can', async () => {
    await addLost();
    expect(await shows('lost')).toMatchObject({ status: 500, body: { code: 'misconfigured' } });
  });

  it('count where another one cannot be opened', async () => {
    const made = await stack.call('POST', '/api/admin/webhooks', { source: 'alertmanager' });
    expect((await shows(made.body.secret)).status).not.toBe(500);
    expect((await shows(made.body.secret)).status).not.toBe(401);
    expect(await shows('lost')).toMatchObject({ status: 401 });
  });
});
