import { describe, expect, it } from 'vitest';
import { byCaller } from '../../lib/http/by-caller.js';
import { cronEndpoint } from '../../lib/http/cron-endpoint.js';
import { keyEndpoint } from '../../lib/http/key-endpoint.js';
import { queueEndpoint } from '../../lib/http/queue-endpoint.js';
import { requestTo, testInstallation } from '../support/http-deps.js';

const PATH = '/api/sweep';
const { deps, key, signature } = testInstallation({ cronSecret: 'cron-secret' });
const getDeps = () => deps;
const queue = queueEndpoint(getDeps, {}, () => 'queue');
const cron = cronEndpoint(getDeps, {}, () => 'cron');
const keyed = keyEndpoint(getDeps, { scope: 'admin' }, () => 'key');
const all = byCaller({ queue, cron, key: keyed });

const signed = { 'upstash-signature': signature(PATH, '{}') };
const admin = { authorization: `Bearer ${key(['admin'])}` };
const timer = { authorization: 'Bearer cron-secret' };

const ask = async (headers: Record<string, string>, endpoint = all) => {
  const response = await endpoint(requestTo(PATH, { body: '{}', headers }));
  return response.status === 200 ? response.json() : response.status;
};

describe('byCaller', () => {
  it('asks the endpoint that fits what is shown', async () => {
    expect(await ask(signed)).toBe('queue');
    expect(await ask(admin)).toBe('key');
    expect(await ask(timer)).toBe('cron');
  });

  it('opens nothing by showing two things, one of them forged', async () => {
    expect(await ask({ ...admin, 'upstash-signature': 'forged' })).toBe(401);
    expect(await ask({ ...signed, authorization: 'Bearer fst_forged.x' })).toBe('queue');
  });

  it.each([
    ['nothing', {}],
    ['a forged key', { authorization: 'Bearer fst_forged.x' }],
    ['a wrong secret', { authorization: 'Bearer wrong' }],
    ['a key that may not', { authorization: `Bearer ${key(['ingest'])}` }],
  ])('refuses %s', async (_, headers) => {
    expect(await ask(headers)).toBeGreaterThanOrEqual(401);
  });

  it('does not know callers that it was not given', async () => {
    const keyOnly = byCaller({ key: keyed });
    expect(await ask(signed, keyOnly)).toBe(401);
    expect(await ask(timer, keyOnly)).toBe(401);
    expect(await ask(admin, keyOnly)).toBe('key');
  });
});
