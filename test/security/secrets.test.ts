import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.js';
import { deriveSecrets } from '../../lib/security/secrets.js';

const bytes = Buffer.alloc(32, 7);
const keysOf = (secret: string) => deriveSecrets(secret, []).current;

describe('deriveSecrets', () => {
  it.each(['base64', 'base64url', 'hex'] as const)('reads a secret in %s', (encoding) => {
    expect(keysOf(bytes.toString(encoding))).toEqual(keysOf(bytes.toString('base64url')));
  });

  it('reads one in upper-case hex, and with space around it', () => {
    const hex = randomBytes(32).toString('hex');
    expect(keysOf(` ${hex.toUpperCase()}\n`)).toEqual(keysOf(hex));
  });

  it('gives keys of full length, each another', () => {
    const { id, tokens, sealing, commandSeed } = keysOf(bytes.toString('hex'));
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    const all = [tokens, sealing, commandSeed, bytes];
    expect(all.map((key) => key.length)).toEqual([32, 32, 32, 32]);
    expect(new Set(all.map((key) => key.toString('hex'))).size).toBe(4);
  });

  it('derives as RFC 5869 says', () => {
    const hmac = (key: Buffer | string, text: Buffer | string) =>
      createHmac('sha256', key).update(text).digest();
    const expand = (info: string) => hmac(hmac('forestall', bytes), `${info}\u0001`);
    const keys = keysOf(bytes.toString('hex'));
    expect(keys.tokens).toEqual(expand('api tokens v1'));
    expect(keys.sealing).toEqual(expand('sealing v1'));
    expect(keys.commandSeed).toEqual(expand('command signing v1'));
    expect(keys.id).toBe(expand('key id v1').toString('hex').slice(0, 16));
  });

  it('gives another secret other keys', () => {
    const one = keysOf(randomBytes(32).toString('base64url'));
    const other = keysOf(randomBytes(32).toString('base64url'));
    expect(one.id).not.toBe(other.id);
    expect(one.tokens).not.toEqual(other.tokens);
  });

  it('keeps the old secrets apart, in their order', () => {
    const [now, then, before] = [1, 2, 3].map((fill) => Buffer.alloc(32, fill).toString('base64'));
    const secrets = deriveSecrets(String(now), [String(then), String(before)]);
    expect(secrets.old).toEqual([keysOf(String(then)), keysOf(String(before))]);
  });

  it.each([
    ['an empty text', ''],
    ['31 bytes in base64url', Buffer.alloc(31, 9).toString('base64url')],
    ['31 bytes in hex', Buffer.alloc(31, 9).toString('hex')],
    ['hex with a digit missing', Buffer.alloc(33, 9).toString('hex').slice(1)],
    ['a sentence', 'correct horse battery staple correct horse battery staple'],
    ['base64 with a foreign character', `${'A'.repeat(43)}!`],
  ])('refuses %s, naming the variable and not the value', (_, secret) => {
    const attempt = () => deriveSecrets(secret, []);
    expect(attempt).toThrow(AppError);
    expect(attempt).toThrow(/^FORESTALL_SECRET must be at least 32 random bytes/);
    if (secret !== '') expect(attempt).not.toThrow(secret);
    expect(attempt).toThrow(expect.objectContaining({ code: 'misconfigured' }));
  });

  it('names the other variable when an old secret is bad', () => {
    expect(() => deriveSecrets(bytes.toString('hex'), ['short'])).toThrow(
      /^FORESTALL_SECRET_OLD must/,
    );
  });
});
