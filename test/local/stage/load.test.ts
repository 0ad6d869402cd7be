import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { knock, type Load, startLoad } from '../../../lib/local/stage/load.js';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serve(
  listener: RequestListener,
  port = 0,
): Promise<{ url: string; server: Server }> {
  const server = createServer(listener).listen(port, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

function load(url: string, limitMs = 30_000): Load {
  const started = startLoad({ url, perSecond: 100, limitMs });
  closers.push(started.stop);
  return started;
}

async function sentAtLeast(count: number, traffic: Load): Promise<void> {
  await vi.waitFor(() => expect(traffic.sent).toBeGreaterThanOrEqual(count), { timeout: 30_000 });
  await traffic.stop();
}

const reasons = ({ lost }: Load) => [...new Set(lost.map(({ why }) => why))];

describe('startLoad', () => {
  it('counts what was sent and answered, once each', async () => {
    let seen = 0;
    const { url } = await serve((_request, response) => {
      seen += 1;
      response.end('ok');
    });
    const traffic = load(url);
    await sentAtLeast(20, traffic);
    expect(traffic).toMatchObject({ sent: seen, answered: seen, lost: [] });
  });

  it.each<[string, RequestListener, string]>([
    ['answered with an error', (_, response) => void response.writeHead(503).end(), 'answered 503'],
    ['cut off', (_, response) => void response.destroy(), 'ECONNRESET'],
    ['never answered', () => undefined, 'no answer in time'],
  ])('loses what is %s', async (_, listener, why) => {
    const { url } = await serve(listener);
    const traffic = load(url, 200);
    await sentAtLeast(5, traffic);
    expect(reasons(traffic)).toEqual([why]);
    expect(traffic).toMatchObject({ answered: 0, sent: traffic.lost.length });
    expect(traffic.lost.every(({ sentAt, at }) => sentAt <= at)).toBe(true);
  });

  it('waits for a service that is being started, as nothing was sent to it', async () => {
    const { url, server } = await serve((_, response) => void response.end());
    server.close();
    await once(server, 'close');
    const traffic = load(url);
    await vi.waitFor(() => expect(traffic.sent).toBeGreaterThan(5), { timeout: 30_000 });
    expect(traffic.answered).toBe(0);
    await serve((_, response) => void response.end(), Number(new URL(url).port));
    await traffic.stop();
    expect(traffic).toMatchObject({ answered: traffic.sent, lost: [] });
  });

  it('loses what nobody listens to until the time is over', async () => {
    const { url, server } = await serve(() => undefined);
    server.close();
    await once(server, 'close');
    const traffic = load(url, 300);
    await sentAtLeast(3, traffic);
    expect(reasons(traffic)).toEqual(['ECONNREFUSED']);
  });
});

describe('knock', () => {
  it('settles when the service answers', async () => {
    const { url } = await serve((_, response) => void response.end());
    await expect(knock(url, 30_000)).resolves.toBeUndefined();
  });

  it('says why when it does not', async () => {
    const { url } = await serve((_, response) => void response.writeHead(500).end());
    await expect(knock(url, 30_000)).rejects.toThrow('a service does not answer: answered 500');
  });
});
