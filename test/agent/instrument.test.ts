import { createServer, get, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createInstrument } from '../../lib/agent/instrument.js';
import type { Observation } from '../../lib/agent/traffic.js';

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server, instrumented, whose observations can be waited for. */
async function instrumented(listener: RequestListener) {
  const seen: Observation[] = [];
  let told = () => {};
  const instrument = createInstrument((one) => {
    seen.push(one);
    told();
  });
  const server = createServer(listener);
  const detach = instrument.attach(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const count = (n: number) =>
    new Promise<void>((resolve) => {
      told = () => seen.length >= n && resolve();
      told();
    });
  return { instrument, server, detach, url, seen, count };
}

describe('createInstrument', () => {
  it.each([
    [200, true],
    [302, true],
    [404, true],
    [499, true],
    [500, false],
    [503, false],
  ])('takes an answer of %d as success: %s', async (status, ok) => {
    const { url, seen, count } = await instrumented((_request, response) =>
      response.writeHead(status).end(),
    );
    await fetch(url, { redirect: 'manual' });
    await count(1);
    expect(seen).toEqual([{ ok, ms: expect.any(Number) }]);
  });

  it('measures from the arrival of the request to the end of the answer', async () => {
    const { url, seen, count } = await instrumented((_request, response) => {
      setTimeout(() => response.end('late'), 30);
    });
    await (await fetch(url)).text();
    await count(1);
    expect(seen[0]?.ms).toBeGreaterThan(25);
  });

  it('counts the wait of a caller who leaves, but not as a failure', async () => {
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { url, seen, count } = await instrumented(() => arrived());
    const request = get(url).on('error', () => undefined);
    await arrival;
    request.destroy();
    await count(1);
    expect(seen).toMatchObject([{ ok: true }]);
  });

  it('leaves streams of events out', async () => {
    const { url, seen, count } = await instrumented((request, response) => {
      if (request.url === '/set') response.setHeader('content-type', 'text/event-stream');
      if (request.url === '/written')
        response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('data: x\n\n');
    });
    const headers = { accept: 'text/event-stream' };
    await (await fetch(`${url}set`)).text();
    await (await fetch(`${url}written`, { headers })).text();
    await (await fetch(url)).text();
    await count(1);
    expect(seen).toHaveLength(1);
  });

  it('counts a request once, whoever tracks it besides', async () => {
    const running = await instrumented((_request, response) => {
      running.instrument.track(response);
      response.end();
    });
    const { instrument, server, url, seen, count } = running;
    expect(instrument.attach(server)).toBe(running.detach);
    await (await fetch(url)).text();
    await (await fetch(url)).text();
    await count(2);
    expect(seen).toHaveLength(2);
  });

  it('counts no more once it is detached', async () => {
    const { instrument, server, detach, url, seen } = await instrumented((_request, response) =>
      response.end(),
    );
    expect(instrument.servers.has(server)).toBe(true);
    detach();
    expect(instrument.servers.size).toBe(0);
    expect(server.listenerCount('request')).toBe(1);
    await (await fetch(url)).text();
    expect(seen).toEqual([]);
  });
});
