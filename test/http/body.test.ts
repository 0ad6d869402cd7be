import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.js';
import { BATCH_LIMITS, readBody } from '../../lib/http/body.js';
import { requestTo } from '../support/http-deps.js';

const run = promisify(execFile);
const LIMITS = { wireBytes: 1000, inflatedBytes: 5000 };

const sent = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
  readBody(requestTo('/api/x', { body, headers }), LIMITS);

async function refusal(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error;
  throw new Error('it was not refused by an AppError', { cause: error });
}

/** A body that comes in pieces, and says how many of them were asked for. */
function streamed(pieces: number, bytes: number) {
  const seen = { pulled: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      seen.pulled += 1;
      if (seen.pulled > pieces) controller.close();
      else controller.enqueue(new Uint8Array(bytes).fill(0x61));
    },
    cancel() {
      seen.cancelled = true;
    },
  });
  const request = new Request('https://x.example/', { method: 'POST', body, duplex: 'half' });
  return { request, seen };
}

describe('readBody', () => {
  it.each(['', 'x', '{"a":"ä😀"}', '\ufeff{}', 'a'.repeat(1000)])('reads %j', async (text) => {
    expect(await sent(text)).toBe(text);
  });

  it('is empty without a body', async () => {
    expect(await readBody(requestTo('/api/x'), LIMITS)).toBe('');
  });

  it.each(['gzip', 'x-gzip', 'GZIP', ' gzip '])('decompresses %j', async (encoding) => {
    const text = 'sample '.repeat(500);
    expect(await sent(gzipSync(text), { 'content-encoding': encoding })).toBe(text);
  });

  it('decompresses gzip of several members, as one text', async () => {
    const body = Buffer.concat([gzipSync('one '), gzipSync('two')]);
    expect(await sent(body, { 'content-encoding': 'gzip' })).toBe('one two');
  });

  it('takes a body at each limit and refuses one byte more', async () => {
    const zipped = (bytes: number) =>
      sent(gzipSync('a'.repeat(bytes)), { 'content-encoding': 'gzip' });
    expect(await sent('a'.repeat(1000))).toHaveLength(1000);
    expect(await zipped(5000)).toHaveLength(5000);
    expect(await refusal(sent('a'.repeat(1001)))).toMatchObject({
      code: 'too_large',
      details: { limit_bytes: 1000 },
    });
    expect(await refusal(zipped(5001))).toMatchObject({
      code: 'too_large',
      details: { limit_bytes: 5000 },
    });
  });

  it('refuses a body that announces too much before reading any of it', async () => {
    const { request, seen } = streamed(1, 10);
    request.headers.set('content-length', '1001');
    expect(await refusal(readBody(request, LIMITS))).toMatchObject({ code: 'too_large' });
    expect(seen.pulled).toBeLessThanOrEqual(1);
  });

  it('stops reading a body that announces nothing once it is too large', async () => {
    const { request, seen } = streamed(1_000_000, 100);
    expect(await refusal(readBody(request, LIMITS))).toMatchObject({ code: 'too_large' });
    expect(seen.pulled).toBeLessThan(20);
    expect(seen.cancelled).toBe(true);
  });

  it.each(['0', '-1', 'abc', '1e9x'])('does not believe content-length %s', async (length) => {
    const { request } = streamed(20, 100);
    request.headers.set('content-length', length);
    expect(await refusal(readBody(request, LIMITS))).toMatchObject({ code: 'too_large' });
  });

  it.each([
    ['deflate', deflateSync('x')],
    ['br', brotliCompressSync('x')],
    ['gzip, gzip', gzipSync(gzipSync('x'))],
    ['identity, gzip', gzipSync('x')],
    ['secret-scheme', Buffer.from('x')],
  ])('refuses content-encoding %s', async (encoding, body) => {
    const error = await refusal(sent(body, { 'content-encoding': encoding }));
    expect(error.code).toBe('unsupported_media_type');
  });

  it.each([
    ['plain text', Buffer.from('{"a":1}')],
    ['nothing', Buffer.alloc(0)],
    ['a cut member', gzipSync(randomBytes(400)).subarray(0, 300)],
    ['a wrong checksum', Buffer.concat([gzipSync('x').subarray(0, -8), Buffer.alloc(8)])],
    ['noise', randomBytes(500)],
  ])('refuses as gzip: %s', async (_, body) => {
    const error = await refusal(sent(body, { 'content-encoding': 'gzip' }));
    expect(error.code).toBe('invalid');
  });

  it.each([
    ['a lone continuation', [0x61, 0x80], 1],
    ['a cut character', [0x61, 0x62, 0xc3], 2],
    ['an overlong slash', [0xc0, 0xaf], 0],
    ['a surrogate', [0x61, 0xed, 0xa0, 0x80], 1],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80], 0],
    ['after a genuine replacement character', [0xef, 0xbf, 0xbd, 0x61, 0xff], 4],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00], 0],
    ['far behind', [...Array(200_001).fill(0x61), 0x80], 200_001],
    ['across strides', [...Array(65_535).fill(0x61), 0xc3, 0x28], 65_535],
    ['endless continuations', [0x61, ...Array(70_000).fill(0x80)], 1],
  ])('refuses text that is not UTF-8, and says where: %s', async (_, bytes, offset) => {
    const body = Uint8Array.from(bytes);
    const request = requestTo('/api/x', { body });
    expect(await refusal(readBody(request, BATCH_LIMITS))).toMatchObject({
      code: 'invalid',
      message: `the body is not UTF-8 at byte ${offset}`,
      details: { offset },
    });
  });

  it('says that a body broke off', async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(3));
      },
      pull(controller) {
        controller.error(new Error('ECONNRESET'));
      },
    });
    const request = new Request('https://x.example/', { method: 'POST', body, duplex: 'half' });
    expect(await refusal(readBody(request, LIMITS))).toMatchObject({
      code: 'invalid',
      message: 'the body did not arrive completely',
    });
  });

  it('gives up a gzip bomb of 1 GB without holding it', async () => {
    // In a process of its own, where the most memory that was ever held can be read.
    const script = `
      import { gzipSync } from 'node:zlib';
      import { readBody, BATCH_LIMITS } from './lib/http/body.ts';
      const member = gzipSync(Buffer.alloc(16 * 1024 * 1024));
      const body = Buffer.concat(Array.from({ length: 64 }, () => member));
      const request = () => new Request('https://x.example/', {
        method: 'POST', body, headers: { 'content-encoding': 'gzip' } });
      const before = process.resourceUsage().maxRSS;
      const code = await readBody(request(), BATCH_LIMITS).then(() => 'read', (error) => error.code);
      const after = process.resourceUsage().maxRSS;
      console.log(JSON.stringify({ bytes: body.length, code, grownKb: after - before }));`;
    const args = ['--import', 'tsx', '--input-type=module', '-e', script];
    const { stdout } = await run(process.execPath, args, { cwd: process.cwd() });
    const seen = JSON.parse(stdout);
    expect(seen.code).toBe('too_large');
    expect(seen.bytes).toBeLessThan(2_000_000);
    expect(seen.grownKb).toBeLessThan(100_000);
  });
});
