import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type KeyOrder, mintKey, verifyKey } from '../../lib/security/api-key.js';
import { Scope } from '../../lib/security/scope.js';
import { deriveSecrets } from '../../lib/security/secrets.js';

const newSecret = () => randomBytes(32).toString('base64url');
const [first, second] = [newSecret(), newSecret()];
const secrets = deriveSecrets(first, []);
const now = new Date('2026-03-01T12:00:00Z');
const order: KeyOrder = {
  id: '01890000-0000-7000-8000-000000000001',
  name: 'ci',
  scopes: ['ingest', 'read'],
  expiresAt: null,
};

/** A token with a genuine MAC over any text: what only the installation itself could make. */
function sign(json: string): string {
  const text = Buffer.from(json).toString('base64url');
  const mac = createHmac('sha256', secrets.current.tokens).update(`fst_${text}`);
  return `fst_${text}.${mac.digest('base64url')}`;
}

const signed = (content: unknown): string => sign(JSON.stringify(content));

const payload = { id: order.id, scopes: ['read'], exp: null };

describe('mintKey', () => {
  it.each([
    ['no scope', { ...order, scopes: [] }],
    ['an id that is no uuid', { ...order, id: 'root' }],
    ['an empty name', { ...order, name: '' }],
    ['a name with a control character', { ...order, name: 'a\u0000b' }],
    ['a name of 101 characters', { ...order, name: 'n'.repeat(101) }],
    ['an empty component, which must not mean all', { ...order, component: '' }],
    ['a component that no component can have', { ...order, component: 'a b' }],
    ['an expiry that is no date', { ...order, expiresAt: new Date(Number.NaN) }],
    ['an expiry before 1970', { ...order, expiresAt: new Date(-1000) }],
  ])('refuses %s', (_, bad) => {
    expect(() => mintKey(bad, secrets)).toThrow(RangeError);
  });

  it('keeps the longest possible key within what is accepted', () => {
    const longest = {
      ...order,
      name: '\uffee'.repeat(100),
      scopes: Scope.options,
      component: 'c'.repeat(128),
      expiresAt: new Date(8.64e15),
    };
    expect(verifyKey(mintKey(longest, secrets), secrets, now)).not.toBeNull();
  });
});

describe('verifyKey', () => {
  it('reads back what was minted, whatever it was', () => {
    const orders = fc.record({
      id: fc.uuid(),
      name: fc.stringMatching(/^[\w äöü\u4e00-\u4eff-]{1,100}$/),
      scopes: fc.uniqueArray(fc.constantFrom(...Scope.options), { minLength: 1 }),
      expiresAt: fc.constant(null),
      component: fc.option(fc.stringMatching(/^[A-Za-z0-9._:-]{1,128}$/)),
    });
    fc.assert(
      fc.property(orders, (any) => {
        const key = verifyKey(mintKey(any, secrets), secrets, now);
        expect(key).toMatchObject({ id: any.id, name: any.name, component: any.component });
        expect(new Set(key?.scopes)).toEqual(new Set(any.scopes));
      }),
    );
  });

  it('calls a key without a name by its id', () => {
    const { name: _, ...nameless } = order;
    expect(verifyKey(mintKey(nameless, secrets), secrets, now)?.name).toBe(order.id);
  });

  it('refuses a key with any one character changed', () => {
    const token = mintKey({ ...order, component: 'shop' }, secrets);
    const place = fc.nat(token.length - 1);
    const letter = fc.constantFrom(...'ABCxyz019-_.=/+ \u0000');
    fc.assert(
      fc.property(place, letter, (at, other) => {
        fc.pre(token[at] !== other);
        expect(
          verifyKey(token.slice(0, at) + other + token.slice(at + 1), secrets, now),
        ).toBeNull();
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses every shortened, lengthened, padded or re-encoded spelling of a key', () => {
    const token = mintKey(order, secrets);
    for (let length = 0; length < token.length; length += 1) {
      expect(verifyKey(token.slice(0, length), secrets, now)).toBeNull();
    }
    const [head = '', mac = ''] = token.split('.');
    const last = mac.at(-1) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    // The last character of 43 carries two bits that decoders drop: four spellings, one genuine.
    const twin = alphabet[alphabet.indexOf(last) ^ 1];
    expect(Buffer.from(mac.slice(0, -1) + twin, 'base64url')).toEqual(
      Buffer.from(mac, 'base64url'),
    );
    const spellings = [
      `${head}.${mac.slice(0, -1)}${twin}`,
      `${token}=`,
      `${head}=.${mac}`,
      ` ${token}`,
      `${token}\n`,
      `${token}.`,
      token.replace('fst_', 'FST_'),
      token.slice('fst_'.length),
      `${head}.${Buffer.from(mac, 'base64url').toString('hex')}`,
    ];
    for (const spelling of spellings) expect(verifyKey(spelling, secrets, now)).toBeNull();
    expect(verifyKey(token, secrets, now)).not.toBeNull();
  });

  it.each(['', 'fst_', 'fst_.', `fst_${'A'.repeat(2000)}.${'A'.repeat(43)}`, 'Bearer x', '💥'])(
    'refuses %s',
    (token) => {
      expect(verifyKey(token, secrets, now)).toBeNull();
    },
  );

  it('refuses a genuine MAC over a text that is longer than any key', () => {
    const spaced = (spaces: number) => sign(JSON.stringify(payload) + ' '.repeat(spaces));
    expect(verifyKey(spaced(600), secrets, now)).not.toBeNull();
    expect(verifyKey(spaced(800), secrets, now)).toBeNull();
  });

  it('refuses a key of another installation', () => {
    expect(verifyKey(mintKey(order, deriveSecrets(second, [])), secrets, now)).toBeNull();
  });

  it('refuses a MAC made with a subkey of another purpose', () => {
    const text = Buffer.from(JSON.stringify(payload)).toString('base64url');
    const mac = createHmac('sha256', secrets.current.sealing).update(`fst_${text}`);
    expect(verifyKey(`fst_${text}.${mac.digest('base64url')}`, secrets, now)).toBeNull();
  });

  it('accepts a key of the old secret after a rotation, and no longer without it', () => {
    const token = mintKey(order, secrets);
    expect(verifyKey(token, deriveSecrets(second, [first]), now)?.id).toBe(order.id);
    expect(verifyKey(token, deriveSecrets(second, []), now)).toBeNull();
  });

  it('mints with the present secret only', () => {
    const rotated = deriveSecrets(second, [first]);
    expect(verifyKey(mintKey(order, rotated), deriveSecrets(second, []), now)).not.toBeNull();
    expect(verifyKey(mintKey(order, rotated), secrets, now)).toBeNull();
  });

  it.each([
    { ms: -1, good: true },
    { ms: 0, good: false },
    { ms: 1, good: false },
  ])('answers $good at $ms ms past the expiry', ({ ms, good }) => {
    const token = mintKey({ ...order, expiresAt: now }, secrets);
    expect(verifyKey(token, secrets, new Date(now.getTime() + ms)) !== null).toBe(good);
  });

  it.each([
    ['an unknown scope', { ...payload, scopes: ['root'] }],
    ['a known and an unknown scope', { ...payload, scopes: ['read', 'root'] }],
    ['no scope', { ...payload, scopes: [] }],
    ['scopes that are no list', { ...payload, scopes: 'admin' }],
    ['no expiry at all', { id: order.id, scopes: ['read'] }],
    ['an expiry that is a text', { ...payload, exp: 'never' }],
    ['an id that is no uuid', { ...payload, id: '1' }],
    ['a member it does not know', { ...payload, root: true }],
    ['a component of a wrong form', { ...payload, component: '' }],
    ['no object', [1, 2]],
    ['null', null],
  ])('refuses, even with a genuine MAC, %s', (_, content) => {
    expect(verifyKey(signed(payload), secrets, now)).not.toBeNull();
    expect(verifyKey(signed(content), secrets, now)).toBeNull();
  });
});
