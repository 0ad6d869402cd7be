import { createPublicKey, randomUUID, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CommandPayload } from '../../lib/agent/command.js';
import { commandKeys } from '../../lib/security/commands.js';

const seed = Buffer.alloc(32, 7);

function command(over: Partial<CommandPayload> = {}): CommandPayload {
  return {
    v: 1,
    id: randomUUID(),
    action: 'clean_memory',
    params: {},
    component: 'shop',
    instance: 'shop-1',
    boot_id: randomUUID(),
    issued_at: '2026-01-01T00:00:00.000Z',
    expires_at: '2026-01-01T00:01:00.000Z',
    ...over,
  };
}

describe('commandKeys', () => {
  it('makes the key pair of RFC 8032, test 1, from its seed', () => {
    const secret = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
    const known = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
    const { publicKey } = commandKeys(Buffer.from(secret, 'hex'));
    expect(Buffer.from(publicKey, 'base64url').toString('hex')).toBe(known);
  });

  it('makes the same pair from the same seed, and another from another', () => {
    expect(commandKeys(seed).publicKey).toBe(commandKeys(seed).publicKey);
    expect(commandKeys(Buffer.alloc(32, 8)).publicKey).not.toBe(commandKeys(seed).publicKey);
  });

  it('signs the payload string itself, with a key that others can verify', () => {
    const { publicKey, sign } = commandKeys(seed);
    const given = command({ params: { only_if_leaking: true } });
    const { payload, signature } = sign(given);
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: publicKey };
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const proof = Buffer.from(signature, 'base64url');
    expect(verify(null, Buffer.from(payload), key, proof)).toBe(true);
    expect(verify(null, Buffer.from(`${payload}A`), key, proof)).toBe(false);
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))).toEqual(given);
  });

  it('signs no command that an agent would refuse for its life or shape', () => {
    const { sign } = commandKeys(seed);
    expect(() => sign(command({ expires_at: '2026-01-01T00:01:00.001Z' }))).toThrow(/60 s/);
    expect(() => sign(command({ expires_at: '2026-01-01T00:00:00.000Z' }))).toThrow(/60 s/);
    expect(() => sign(command({ id: 'one' }))).toThrow(/uuid/i);
  });

  it.each([0, 31, 33, 64])('refuses a seed of %d bytes', (length) => {
    expect(() => commandKeys(Buffer.alloc(length))).toThrow(RangeError);
  });

  it('never makes one signature for two payloads', () => {
    const { sign } = commandKeys(seed);
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (one, other) => {
        fc.pre(one !== other);
        const base = command();
        expect(sign({ ...base, id: one }).signature).not.toBe(
          sign({ ...base, id: other }).signature,
        );
      }),
      { numRuns: 50 },
    );
  });
});
