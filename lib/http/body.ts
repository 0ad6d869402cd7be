import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AppError } from '../errors.js';

/** How large a body may be, in bytes. */
export interface BodyLimits {
  /** As it is sent. */
  readonly wireBytes: number;
  /** Once it is decompressed. */
  readonly inflatedBytes: number;
}

/** Enough for every request but batches: the largest configuration of a component is a tenth of it. */
export const DEFAULT_LIMITS: BodyLimits = { wireBytes: 256 * 1024, inflatedBytes: 1024 * 1024 };

/** Vercel takes 4.5 MB; 5,000 samples of 64 metrics have some 12 MB, and compress tenfold. */
export const BATCH_LIMITS: BodyLimits = {
  wireBytes: 4 * 1024 * 1024,
  inflatedBytes: 16 * 1024 * 1024,
};

const inflate = promisify(gunzip);

const tooLarge = (what: string, bytes: number): AppError =>
  new AppError('too_large', `${what} is larger than ${bytes} bytes; send it in parts`, {
    details: { limit_bytes: bytes },
  });

function refuseAnnounced(request: Request, limit: number): void {
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge('the body', limit);
}

/** Leaving the loop early cancels the stream, so that no more than the limit is ever held. */
async function readWire(request: Request, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of request.body ?? []) {
    total += chunk.byteLength;
    if (total > limit) throw tooLarge('the body', limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, total);
}

async function received(request: Request, limit: number): Promise<Buffer> {
  try {
    return await readWire(request, limit);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('invalid', 'the body did not arrive completely', { cause });
  }
}

async function inflated(bytes: Buffer, limit: number): Promise<Buffer> {
  try {
    return await inflate(bytes, { maxOutputLength: limit });
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge('the decompressed body', limit);
    throw new AppError('invalid', 'the body is not valid gzip, though content-encoding says so', {
      cause,
    });
  }
}

async function decoded(request: Request, bytes: Buffer, limit: number): Promise<Buffer> {
  const encoding = (request.headers.get('content-encoding') ?? '').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return bytes;
  if (encoding === 'gzip' || encoding === 'x-gzip') return inflated(bytes, limit);
  throw new AppError('unsupported_media_type', 'content-encoding must be gzip or identity');
}

/** Bytes that are looked at together for the first bad one. */
const STRIDE = 64 * 1024;

/** The last offset up to `end` at which a character may begin. */
function boundary(bytes: Buffer, end: number): number {
  let at = end;
  while (at > end - 4 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  return at;
}

/** Find the first byte that is no UTF-8: in good strides first, since the search within one is slow. */
function firstBadByte(bytes: Buffer): number {
  let from = 0;
  for (;;) {
    const to = from + STRIDE < bytes.length ? boundary(bytes, from + STRIDE) : bytes.length;
    const stride = bytes.subarray(from, to);
    if (!isUtf8(stride)) return from + badByteIn(stride);
    from = to;
  }
}

/** Where decoding put a replacement that was not sent as one. */
function badByteIn(bytes: Buffer): number {
  const text = bytes.toString('utf8');
  let offset = 0;
  let from = 0;
  for (;;) {
    const at = text.indexOf('\ufffd', from);
    offset += Buffer.byteLength(text.slice(from, at));
    if (bytes.toString('hex', offset, offset + 3) !== 'efbfbd') return offset;
    offset += 3;
    from = at + 1;
  }
}

/**
 * Read a request's body as text, decompressed, within limits: a compressed bomb is given up once it
 * has grown to the limit.
 *
 * @throws {AppError} `too_large`, `unsupported_media_type` (an unknown compression), or `invalid`
 * (gzip that is none, text that is not UTF-8, with the offset of the byte)
 */
export async function readBody(request: Request, limits: BodyLimits): Promise<string> {
  refuseAnnounced(request, limits.wireBytes);
  const wire = await received(request, limits.wireBytes);
  const bytes = await decoded(request, wire, limits.inflatedBytes);
  if (bytes.length > limits.inflatedBytes) throw tooLarge('the body', limits.inflatedBytes);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const offset = firstBadByte(bytes);
  throw new AppError('invalid', `the body is not UTF-8 at byte ${offset}`, { details: { offset } });
}
