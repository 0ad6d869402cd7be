import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { jsonBody } from '../../lib/http/body-reader.js';
import type { WebhookAttempt } from '../../lib/http/deps.js';
import { webhookEndpoint } from '../../lib/http/webhook-endpoint.js';
import { sameSecret } from '../../lib/security/constant-time.js';
import { requestTo, testInstallation } from '../support/http-deps.js';

const SECRET = 'the-secret-of-the-source';
const mac = (body: string) => createHmac('sha256', SECRET).update(body).digest('hex');

const { deps, lines, key } = testInstallation({
  webhooks: {
    async authenticate({ source, pathToken, headers, rawBody }: WebhookAttempt) {
      if (source === 'signing') return sameSecret(headers.get('x-sig') ?? '', mac(rawBody));
      return source === 'plain' && sameSecret(pathToken ?? '', SECRET);
    },
  },
});
const post = webhookEndpoint(
  () => deps,
  { body: jsonBody(z.unknown()) },
  ({ identity }) => identity,
);
const send = (path: string, headers: Record<string, string> = {}, body = '{"a":1}') =>
  post(requestTo(`/api/webhooks/${path}`, { body, headers }));

describe('webhookEndpoint', () => {
  it('lets a source sign the raw body', async () => {
    const response = await send('signing', { 'x-sig': mac('{"a":1}') });
    expect(await response.json()).toEqual({ kind: 'webhook', source: 'signing' });
    expect((await send('signing', { 'x-sig': mac('{"a":1}') }, '{"a":1} ')).status).toBe(401);
  });

  it('lets a source that can sign nothing show a token in its path, which is never logged', async () => {
    expect((await send(`plain/${SECRET}`)).status).toBe(200);
    expect(lines.at(-1)).toMatchObject({
      path: '/api/webhooks/plain/[secret]',
      caller: 'webhook',
      source: 'plain',
    });
    expect((await send(`plain/${SECRET}x`)).status).toBe(401);
    expect((await send(`plain/${SECRET}/more`)).status).toBe(404);
    expect(JSON.stringify(lines)).not.toContain(SECRET);
  });

  it('ignores what the route puts into the query', async () => {
    expect((await send(`plain/${SECRET}?source=plain&token=${SECRET}`)).status).toBe(200);
    expect((await send(`plain?source=plain&token=${SECRET}`)).status).toBe(401);
  });

  it.each([
    ['an unknown source', 'unknown', 401],
    ['no secret', 'signing', 401],
    ['no source', '', 404],
    ['a source in capitals', 'SIGNING', 404],
    ['a source that is a path', '..%2Fadmin', 400],
    ['a very long source', 'a'.repeat(41), 404],
  ])('refuses %s', async (_, path, status) => {
    expect((await send(path)).status).toBe(status);
  });

  it('believes nothing of the body before the secret was shown', async () => {
    expect((await send('signing', {}, 'not json')).status).toBe(401);
    expect((await send('signing', { 'x-sig': mac('not json') }, 'not json')).status).toBe(400);
  });

  it('does not take an API key for a source’s secret', async () => {
    const headers = { authorization: `Bearer ${key(['admin'])}` };
    expect((await send('signing', headers)).status).toBe(401);
  });
});
