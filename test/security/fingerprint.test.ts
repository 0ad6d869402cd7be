import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../lib/security/fingerprint.js';
import { deriveSecrets } from '../../lib/security/secrets.js';

const FIRST = 'a1'.repeat(32);
const SECOND = 'b2'.repeat(32);
const secrets = deriveSecrets(FIRST, []);
const made = fingerprint('PASSWORD=hunter2', 'shop', secrets);

describe('fingerprint', () => {
  it('is the same for the same text, and tells nothing of it', () => {
    expect(fingerprint('PASSWORD=hunter2', 'shop', secrets)).toBe(made);
    expect(made).toMatch(/^f1\.[0-9a-f]{16}\.[A-Za-z0-9_-]{43}$/);
  });

  it('differs by text, purpose and secret', () => {
    const others = [
      fingerprint('PASSWORD=hunter3', 'shop', secrets),
      fingerprint('PASSWORD=hunter2', 'cart', secrets),
      fingerprint('PASSWORD=hunter2', 'shop', deriveSecrets(SECOND, [])),
      fingerprint('p.PASSWORD=hunter2', 'sho', secrets),
    ];
    expect(new Set([made, ...others]).size).toBe(5);
  });
});
