import { describe, expect, it } from 'vitest';
import { readBounded } from '../../lib/platforms/read-bounded.js';

const stream = (pulls: { count: number }) =>
  new ReadableStream<Uint8Array>({
    pull(controller) {
      pulls.count += 1;
      controller.enqueue(new Uint8Array(10).fill(97));
    },
  });

describe('readBounded', () => {
  it.each([
    ['', 0, ''],
    ['', 5, ''],
    ['12345', 5, '12345'],
    ['123456', 5, null],
    ['1', 0, null],
    ['äö', 4, 'äö'],
    ['äö', 3, null],
  ])('reads %j within %i bytes as %j', async (body, maxBytes, text) => {
    expect(await readBounded(new Response(body), maxBytes)).toBe(text);
  });

  it('reads a response without a body as nothing', async () => {
    expect(await readBounded(new Response(null, { status: 204 }), 5)).toBe('');
  });

  it('stops fetching an endless body', async () => {
    const pulls = { count: 0 };
    expect(await readBounded(new Response(stream(pulls)), 35)).toBeNull();
    expect(pulls.count).toBeLessThan(10);
  });

  it('puts a letter together that two chunks share', async () => {
    const bytes = new TextEncoder().encode('ä');
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect(await readBounded(new Response(body), 10)).toBe('ä');
  });
});
