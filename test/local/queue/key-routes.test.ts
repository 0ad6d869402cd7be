import { describe, expect, it } from 'vitest';
import { BASE, testQueue } from './support.js';

describe('keys', () => {
  it('are shown to who knows the token, which is how clients ask for readiness', async () => {
    const { client } = await testQueue();
    expect(await client.http.request({ method: 'GET', path: ['v2', 'keys'] })).toEqual({
      current: BASE.currentSigningKey,
      next: BASE.nextSigningKey,
    });
  });

  it('are rotated over HTTP as well', async () => {
    const { queue, client } = await testQueue();
    const rotated = await client.http.request({ method: 'POST', path: ['v2', 'keys', 'rotate'] });
    expect(rotated).toEqual({ current: BASE.nextSigningKey, next: queue.nextSigningKey });
    expect(queue.currentSigningKey).toBe(BASE.nextSigningKey);
    expect(queue.nextSigningKey).not.toBe(BASE.nextSigningKey);
  });
});
