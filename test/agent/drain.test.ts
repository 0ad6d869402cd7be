import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { drain } from '../../lib/agent/drain.js';
import type { AgentNotice } from '../../lib/agent/notice.js';

async function listening(listener: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

function draining(servers: Server[], drainMs: number, onRestart: (() => unknown) | null = null) {
  const notices: AgentNotice[] = [];
  const notify = (notice: AgentNotice) => notices.push(notice);
  return { notices, done: drain({ servers: new Set(servers), onRestart, drainMs, notify }) };
}

describe('drain', () => {
  it('lets requests under way finish, takes no more, and then calls the hook', async () => {
    const steps: string[] = [];
    let answer = () => {};
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { server, url } = await listening((_request, response) => {
      answer = () => response.end('served', () => steps.push('served'));
      arrived();
    });
    const served = fetch(url).then((response) => response.text());
    await arrival;
    const { done } = draining([server], 60_000, () => steps.push('hook'));
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    answer();
    await done;
    expect(await served).toBe('served');
    expect(steps).toEqual(['served', 'hook']);
    expect(server.listening).toBe(false);
  });

  it('closes connections that are kept alive without a request', async () => {
    const { server, url } = await listening((_request, response) => response.end('x'));
    await (await fetch(url)).text();
    await draining([server], 60_000).done;
    expect(server.listening).toBe(false);
  });

  it('cuts off what does not finish in time', async () => {
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { server, url } = await listening(() => arrived());
    const hanging = fetch(url);
    hanging.catch(() => undefined);
    await arrival;
    await draining([server], 20, () => new Promise(() => undefined)).done;
    await expect(hanging).rejects.toThrow('fetch failed');
  });

  it('tells of a hook that throws, and goes on', async () => {
    const error = new Error('hook');
    const { notices, done } = draining([], 1000, () => Promise.reject(error));
    await done;
    expect(notices).toEqual([{ kind: 'hook_failed', what: 'onRestart', error }]);
  });
});
