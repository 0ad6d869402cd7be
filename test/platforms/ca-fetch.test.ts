import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { caFetch } from '../../lib/platforms/ca-fetch.js';
import { listen } from '../support/vendor/listen.js';

const pem = (name: string) =>
  readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url), 'utf8');
const IDENTITY = { cert: pem('server'), key: pem('server-key') };
const trusting = caFetch(pem('ca'));

let close = async (): Promise<void> => undefined;
afterEach(() => close());

async function serve(onRequest: RequestListener): Promise<string> {
  const listener = await listen(onRequest, IDENTITY);
  close = listener.close;
  return listener.origin;
}

describe('caFetch', () => {
  it('sends method, headers and body, and answers status, headers and body', async () => {
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.writeHead(201, { 'x-answer': ['a', 'b'], 'content-type': 'application/json' });
        const { method, headers } = request;
        response.end(
          JSON.stringify({
            method,
            sent: headers['x-sent'],
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
    });
    const init = { method: 'PATCH', headers: { 'x-sent': 'yes' }, body: '{"é":1}' };
    const answer = await trusting(`${url}/path`, init);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-answer')).toBe('a, b');
    expect(await answer.json()).toEqual({ method: 'PATCH', sent: 'yes', body: '{"é":1}' });
  });

  it('answers what has no body, and follows no redirect', async () => {
    const url = await serve((request, response) => {
      response.writeHead(request.url === '/none' ? 204 : 302, { location: '/elsewhere' }).end();
    });
    expect((await trusting(`${url}/none`)).status).toBe(204);
    expect((await trusting(`${url}/moved`)).status).toBe(302);
  });

  it('trusts nobody else: not the built-in one this server, nor this one another’s certificate', async () => {
    const url = await serve((_, response) => response.end('secret'));
    await expect(fetch(url)).rejects.toThrow();
    await expect(caFetch(pem('server'))(url)).rejects.toMatchObject({
      code: expect.stringMatching(/^[A-Z_]+$/),
    });
  });

  it('speaks no plain http', async () => {
    await expect(trusting('http://127.0.0.1:9/')).rejects.toMatchObject({
      code: 'ERR_INVALID_PROTOCOL',
    });
  });

  it.each([
    ['before the head', (): RequestListener => () => undefined],
    [
      'within the body',
      (): RequestListener => (_, response) => {
        response.writeHead(200);
        response.write('half');
      },
    ],
  ])('gives up %s by its time limit, as fetch tells it', async (_, make) => {
    const url = await serve(make());
    const signal = AbortSignal.timeout(300);
    const reading = trusting(url, { signal }).then((answer) => answer.text());
    await expect(reading).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('can leave a body unread', async () => {
    const url = await serve((_, response) => response.end('x'.repeat(1_000_000)));
    const answer = await trusting(url);
    await answer.body?.cancel();
    expect(answer.status).toBe(200);
  });
});
