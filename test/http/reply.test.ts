import { describe, expect, it } from 'vitest';
import { reply } from '../../lib/http/reply.js';

describe('reply', () => {
  it.each([200, 201, 202, 409, 503])('answers JSON with the status %d', async (status) => {
    const response = reply(status, { a: [1] }, { 'retry-after': '1' });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toEqual({ a: [1] });
  });
});
