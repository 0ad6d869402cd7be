import { Receiver } from '@upstash/qstash';
import { describe, expect, it } from 'vitest';
import { sign } from '../../../lib/local/queue/signer.js';

const KEYS = { currentSigningKey: 'sig_a', nextSigningKey: 'sig_b' };
const URL = 'https://example.com/api/recover?x=1';
const receiver = new Receiver({ ...KEYS, devMode: false });

function signed(overrides: { key?: string; body?: string; nowMs?: number } = {}): string {
  const { key = KEYS.currentSigningKey, body = '{"a":"ä"}', nowMs = Date.now() } = overrides;
  return sign(key, { url: URL, body: Buffer.from(body), nowMs });
}

describe('sign', () => {
  it.each([KEYS.currentSigningKey, KEYS.nextSigningKey])(
    'is accepted by the vendor’s receiver under %s',
    async (key) => {
      const message = { signature: signed({ key }), body: '{"a":"ä"}', url: URL };
      expect(await receiver.verify(message)).toBe(true);
    },
  );

  it.each([
    ['another key', { key: 'sig_c' }, {}],
    ['another body', {}, { body: '{"a":"b"}' }],
    ['another URL', {}, { url: 'https://example.com/api/recover?x=2' }],
    ['a signature that is too old', { nowMs: Date.now() - 301_000 }, {}],
    ['a signature from the future', { nowMs: Date.now() + 60_000 }, {}],
  ])('is refused with %s', async (_, made, asked) => {
    const message = { signature: signed(made), body: '{"a":"ä"}', url: URL, ...asked };
    await expect(receiver.verify(message)).rejects.toThrow();
  });

  it('makes the documented claims', () => {
    const [header, claims] = signed({ nowMs: 1_656_580_312_999 })
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString('utf8'));
    expect(JSON.parse(header ?? '')).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(JSON.parse(claims ?? '')).toEqual({
      iss: 'Upstash',
      sub: URL,
      exp: 1_656_580_612,
      nbf: 1_656_580_312,
      iat: 1_656_580_312,
      jti: expect.stringMatching(/^jwt_\w+$/),
      body: expect.stringMatching(/^[\w-]{43}=$/),
    });
  });

  it('never makes the same signature twice', () => {
    const nowMs = Date.now();
    expect(signed({ nowMs })).not.toBe(signed({ nowMs }));
  });
});
