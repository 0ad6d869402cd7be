import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { open, openOrNull, seal } from '../../lib/security/seal.js';
import { deriveSecrets } from '../../lib/security/secrets.js';

const newSecret = () => randomBytes(32).toString('base64url');
const [first, second] = [newSecret(), newSecret()];
const secrets = deriveSecrets(first, []);
const misconfigured = expect.objectContaining({ code: 'misconfigured' });

describe('seal', () => {
  it('never seals one text the same way twice', () => {
    const sealed = Array.from({ length: 100 }, () => seal('x', 'p', secrets));
    expect(new Set(sealed).size).toBe(100);
  });

  it('shows nothing of the text', () => {
    const text = 'hunter2-hunter2-hunter2';
    const sealed = seal(text, 'p', secrets);
    expect(sealed).not.toContain(Buffer.from(text).toString('base64url').slice(2, 12));
    expect(sealed).toMatch(/^s1\.[0-9a-f]{16}\.[A-Za-z0-9_-]+$/);
  });
});

describe('open', () => {
  it('gives back any text, the empty one too', () => {
    const any = fc.string({ unit: 'grapheme', maxLength: 40 });
    fc.assert(
      fc.property(any, any, (text, purpose) => {
        expect(open(seal(text, purpose, secrets), purpose, secrets)).toBe(text);
      }),
    );
    expect(open(seal('', 'p', secrets), 'p', secrets)).toBe('');
  });

  it('opens with the old secret after a rotation', () => {
    const sealed = seal('value', 'p', secrets);
    expect(open(sealed, 'p', deriveSecrets(second, [first]))).toBe('value');
    expect(() => open(sealed, 'p', deriveSecrets(second, []))).toThrow(misconfigured);
  });

  it('refuses another purpose', () => {
    const sealed = seal('value', 'webhook:a', secrets);
    expect(() => open(sealed, 'webhook:b', secrets)).toThrow(misconfigured);
  });

  it('refuses a value that was renamed to another known secret', () => {
    const both = deriveSecrets(second, [first]);
    const renamed = seal('value', 'p', secrets).replace(secrets.current.id, both.current.id);
    expect(() => open(renamed, 'p', both)).toThrow(misconfigured);
  });

  it('refuses a value in which any one bit was changed', () => {
    const sealed = seal('a text of some length', 'p', secrets);
    const [version = '', id = '', body = ''] = sealed.split('.');
    const bytes = Buffer.from(body, 'base64url');
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const altered = Buffer.from(bytes);
        altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        const forged = `${version}.${id}.${altered.toString('base64url')}`;
        expect(() => open(forged, 'p', secrets)).toThrow(misconfigured);
      }),
      { numRuns: 200 },
    );
  });

  it.each(['', 's1', 's1.', 'value', `s2.${'0'.repeat(16)}.${'A'.repeat(60)}`, 's1.00.AAAA'])(
    'refuses %j',
    (text) => {
      expect(() => open(text, 'p', secrets)).toThrow(misconfigured);
    },
  );

  it('refuses a value that was cut to nonce and tag, or shorter', () => {
    const [version, id, body = ''] = seal('text', 'p', secrets).split('.');
    for (const length of [0, 16, 37, 38, 39, body.length - 1]) {
      const cut = `${version}.${id}.${body.slice(0, length)}`;
      expect(() => open(cut, 'p', secrets)).toThrow(misconfigured);
    }
  });
});

describe('openOrNull', () => {
  it('gives back what can be opened, and null for what cannot', () => {
    const sealed = seal('text', 'p', secrets);
    expect(openOrNull(sealed, 'p', secrets)).toBe('text');
    expect(openOrNull(sealed, 'p', deriveSecrets(second, []))).toBeNull();
    expect(openOrNull(sealed, 'another', secrets)).toBeNull();
    expect(openOrNull('none', 'p', secrets)).toBeNull();
  });
});
