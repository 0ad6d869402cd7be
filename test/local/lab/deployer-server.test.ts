import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { createDeployerServer } from '../../../lib/local/lab/deployer-server.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function start(rollback: (service: string) => Promise<void>, isOut = false) {
  const restart = (service: string) => rollback(`${service}, anew`);
  const actions = { rollback, restart };
  const server = createDeployerServer({ secret: SECRET, isProviderOut: () => isOut, actions });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function send(url: string, data: object, { id = 'one', secret = SECRET } = {}) {
  const body = JSON.stringify({ type: 'recovery.requested', data });
  const now = new Date();
  return fetch(`${url}/hook`, {
    method: 'POST',
    body,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, now, body),
    },
  });
}

const ROLLBACK = { target: 'api', action: 'rollback' };

describe('the deployer', () => {
  it('rolls back or restarts once, however often the same message comes', async () => {
    const done: string[] = [];
    const url = await start(async (service) => void done.push(service));
    for (let i = 0; i < 2; i += 1) {
      expect(await (await send(url, ROLLBACK)).json()).toEqual({ state: 'done' });
    }
    await send(url, ROLLBACK, { id: 'two' });
    await send(url, { target: 'web', action: 'restart' }, { id: 'three' });
    expect(done).toEqual(['api', 'api', 'web, anew']);
  });

  it('does nothing for whom Forestall has not signed, nor anything but those two', async () => {
    const done: string[] = [];
    const url = await start(async (service) => void done.push(service));
    const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
    expect((await send(url, ROLLBACK, { secret: other })).status).toBe(401);
    expect((await fetch(`${url}/hook`, { method: 'POST', body: '{}' })).status).toBe(401);
    expect((await send(url, { target: 'api', action: 'scale' })).status).toBe(400);
    expect(done).toEqual([]);
  });

  it('tells when it failed', async () => {
    const url = await start(() => Promise.reject(new Error('no such service')));
    expect(await (await send(url, ROLLBACK)).json()).toEqual({ state: 'failed' });
  });

  it('lets its provider fail, and its page say so', async () => {
    const [well, out] = [
      await start(async () => undefined),
      await start(async () => undefined, true),
    ];
    expect((await fetch(`${well}/provider`, { method: 'POST' })).status).toBe(200);
    expect((await fetch(`${out}/provider`, { method: 'POST' })).status).toBe(503);
    const page = await (await fetch(`${out}/status`)).json();
    expect(page).toMatchObject({ status: { indicator: 'major' } });
  });
});
