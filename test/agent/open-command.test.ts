import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStale, openCommand } from '../../lib/agent/open-command.js';
import { readPublicKey } from '../../lib/agent/public-key.js';
import { commandFor, ours, strangers } from './signed.js';

const nowMs = Date.parse('2026-01-01T00:00:00.000Z');
const identity = { component: 'shop', instance: 'shop-1', bootId: randomUUID() };
const to = { component: 'shop', instance: 'shop-1', boot_id: identity.bootId };
const key = readPublicKey(ours.publicKey);
const checks = { identity, keys: [key], nowMs, isKnown: () => false };

/** The key of `ours`, to sign what `commandKeys` refuses to sign. */
const privateKey = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 1)]),
  format: 'der',
  type: 'pkcs8',
});

function outcome(envelope: unknown, over: Partial<Parameters<typeof openCommand>[1]> = {}) {
  const opened = openCommand(envelope, { ...checks, ...over });
  return opened.kind === 'accepted' ? 'accepted' : opened.reason;
}

describe('openCommand', () => {
  it('accepts a command that is signed, fresh, new and for this boot', () => {
    const command = commandFor(to, {}, nowMs);
    const opened = openCommand(ours.sign(command), checks);
    expect(opened).toEqual({ kind: 'accepted', command });
  });

  it('accepts one signed by either key during a rotation', () => {
    const keys = [readPublicKey(strangers.publicKey), key];
    expect(outcome(ours.sign(commandFor(to, {}, nowMs)), { keys })).toBe('accepted');
    expect(outcome(strangers.sign(commandFor(to, {}, nowMs)), { keys })).toBe('accepted');
  });

  it.each([
    ['forged by a stranger', strangers.sign(commandFor(to, {}, nowMs)), 'forged'],
    [
      'for another component',
      ours.sign(commandFor({ ...to, component: 'x' }, {}, nowMs)),
      'foreign',
    ],
    ['for another instance', ours.sign(commandFor({ ...to, instance: 'x' }, {}, nowMs)), 'foreign'],
    [
      'for another boot',
      ours.sign(commandFor({ ...to, boot_id: randomUUID() }, {}, nowMs)),
      'foreign',
    ],
    ['expired', ours.sign(commandFor(to, {}, nowMs - 65_001)), 'stale'],
    ['from the future', ours.sign(commandFor(to, {}, nowMs + 5001)), 'stale'],
    ['no object', 'command', 'malformed'],
    ['null', null, 'malformed'],
    ['of another shape', { payload: 'e30' }, 'malformed'],
    ['with a field too many', { ...ours.sign(commandFor(to, {}, nowMs)), x: 1 }, 'malformed'],
    ['with a short signature', { payload: 'e30', signature: 'AAAA' }, 'malformed'],
    ['too long', { payload: 'A'.repeat(8193), signature: 'A'.repeat(86) }, 'malformed'],
  ])('refuses one %s', (_what, envelope, reason) => {
    expect(outcome(envelope)).toBe(reason);
  });

  it('refuses every command without a key', () => {
    expect(outcome(ours.sign(commandFor(to, {}, nowMs)), { keys: [] })).toBe('no_command_key');
  });

  it('calls a late copy of a command under way repeated, not stale', () => {
    const envelope = ours.sign(commandFor(to, {}, nowMs - 70_000));
    expect(outcome(envelope, { isKnown: () => true })).toBe('repeated');
  });

  it('tells the command of a refusal only where its signature was good', () => {
    const foreign = openCommand(ours.sign(commandFor({ ...to, instance: 'x' }, {}, nowMs)), checks);
    const forged = openCommand(strangers.sign(commandFor(to, {}, nowMs)), checks);
    expect(foreign).toMatchObject({ kind: 'refused', command: { instance: 'x' } });
    expect(forged).toMatchObject({ kind: 'refused', command: null });
  });

  it.each([
    ['not JSON', Buffer.from('no json')],
    ['not UTF-8', Buffer.from([0xff, 0xfe])],
    ['of a later version', Buffer.from(JSON.stringify({ ...commandFor(to, {}, nowMs), v: 2 }))],
    [
      'with an unknown parameter',
      Buffer.from(JSON.stringify({ ...commandFor(to, {}, nowMs), params: { force: true } })),
    ],
    [
      'with an unknown action',
      Buffer.from(JSON.stringify({ ...commandFor(to, {}, nowMs), action: 'run' })),
    ],
    [
      'that lives for an hour',
      Buffer.from(
        JSON.stringify({ ...commandFor(to, {}, nowMs), expires_at: '2026-01-01T01:00:00.000Z' }),
      ),
    ],
  ])('refuses one %s although it is signed', (_what, bytes) => {
    const payload = bytes.toString('base64url');
    const signature = sign(null, Buffer.from(payload), privateKey).toString('base64url');
    expect(outcome({ payload, signature })).toBe('unreadable');
  });

  it('refuses every envelope of which one character was changed', () => {
    const { payload, signature } = ours.sign(commandFor(to, {}, nowMs));
    fc.assert(
      fc.property(
        fc.nat(payload.length + signature.length - 1),
        fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'),
        (place, letter) => {
          const text = payload + signature;
          fc.pre(text[place] !== letter);
          const changed = text.slice(0, place) + letter + text.slice(place + 1);
          const envelope = {
            payload: changed.slice(0, payload.length),
            signature: changed.slice(payload.length),
          };
          // The last character of a signature has four bits that mean nothing.
          const isSame =
            envelope.payload === payload &&
            Buffer.from(envelope.signature, 'base64url').equals(
              Buffer.from(signature, 'base64url'),
            );
          expect(outcome(envelope)).toBe(isSame ? 'accepted' : 'forged');
        },
      ),
    );
  });
});

describe('isStale', () => {
  const command = commandFor(to, {}, nowMs);
  it.each([
    [-5001, true],
    [-5000, false],
    [0, false],
    [65_000, false],
    [65_001, true],
  ])('is, %d ms after its issue, %s', (afterMs, stale) => {
    expect(isStale(command, nowMs + afterMs)).toBe(stale);
  });
});

describe('readPublicKey', () => {
  it.each(['', 'short', 'A'.repeat(44), `${'A'.repeat(42)}!`])('refuses %j', (text) => {
    expect(() => readPublicKey(text)).toThrow(RangeError);
  });
});
