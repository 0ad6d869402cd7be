import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isPrivateAddress, probe } from '../../lib/platforms/probe.js';

async function server(answer: RequestListener): Promise<string> {
  const http = createServer(answer).listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/health`;
}

const local = { timeoutMs: 30_000, allowPrivate: true };

describe('isPrivateAddress', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::7f00:1',
    '100::1',
    '2001::1',
    '2001:0:1::',
    '2001:2::1',
    '2001:1ff:ffff::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    '3fff:fff:ffff::1',
    '1fff::1',
    '4000::1',
    'fe80::1%eth0',
    '',
    'no address',
  ])('says so of %s', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '172.32.0.1',
    '2000::1',
    '2001:200::1',
    '2001:4860:4860::8888',
    '2003::1',
    '2606:4700::1',
    '2a00::1',
    '3fff:1000::1',
  ])('does not say so of %s', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});

describe('probe', () => {
  it.each([
    [200, 'well'],
    [204, 'well'],
    [301, 'ill'],
    [404, 'ill'],
    [500, 'ill'],
    [502, 'silent'],
    [503, 'ill'],
    [504, 'silent'],
    [522, 'silent'],
  ])('finds by %d that it is %s', async (status, found) => {
    const url = await server((_, response) => {
      response.writeHead(status, { location: 'https://elsewhere.example/' }).end();
    });
    expect(await probe(url, local)).toEqual({ found, why: `answered ${status}` });
  });

  it('asks no private address where that is not allowed', async () => {
    let asked = 0;
    const url = await server((_, response) => {
      asked += 1;
      response.end();
    });
    expect(await probe(url, { ...local, allowPrivate: false })).toMatchObject({ found: null });
    expect(asked).toBe(0);
  });

  it('gives up what does not answer in time, and never throws', async () => {
    const url = await server(() => undefined);
    expect(await probe(url, { ...local, timeoutMs: 200 })).toEqual({
      found: 'silent',
      why: 'no answer (time-out)',
    });
    expect(await probe('http://127.0.0.1:9/', local)).toMatchObject({
      found: 'silent',
      why: 'no answer (ECONNREFUSED)',
    });
    expect(await probe('no address', local)).toMatchObject({ found: null });
  });

  it('resolves a name within the same time, and no longer', async () => {
    let fail = (_: Error): void => undefined;
    const never = new Promise<never>((_, reject) => {
      fail = reject;
    });
    const slow = { ...local, timeoutMs: 50, resolve: () => never };
    expect(await probe('https://slow.example/', slow)).toEqual({
      found: null,
      why: 'no answer (time-out)',
    });
    // What comes of it later is nobody's unhandled rejection: that would fail this run.
    fail(new Error('EAI_AGAIN'));
  });

  it('goes to the address that was found, not to the name', async () => {
    const asked: unknown[] = [];
    const url = new URL(
      await server(({ headers }, response) => {
        asked.push(headers.host);
        response.end();
      }),
    );
    url.hostname = 'named.example';
    const resolve = async () => ({ address: '127.0.0.1', family: 4 });
    expect(await probe(url.href, { ...local, resolve })).toMatchObject({ found: 'well' });
    expect(asked).toEqual([url.host]);
  });

  it.each([
    ['ENOTFOUND', 'ill'],
    ['EAI_AGAIN', null],
  ])('says when a name has no address (%s)', async (code, found) => {
    const resolve = () => Promise.reject(Object.assign(new Error(), { code }));
    expect(await probe('https://gone.example/', { ...local, resolve })).toEqual({
      found,
      why: `no answer (${code})`,
    });
  });

  it('takes a process that drops its callers for silent, and one without TLS for ill', async () => {
    const dropping = await server(({ socket }) => socket.destroy());
    expect(await probe(dropping, local)).toMatchObject({ found: 'silent' });
    const plain = await server((_, response) => response.end());
    expect(await probe(plain.replace('http:', 'https:'), local)).toMatchObject({ found: 'ill' });
  });
});
