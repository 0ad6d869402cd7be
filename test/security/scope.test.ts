import { describe, expect, it } from 'vitest';
import { hasScope, Scope } from '../../lib/security/scope.js';

const ALLOWED: Record<Scope, readonly Scope[]> = {
  ingest: ['ingest'],
  read: ['read'],
  deploy: ['deploy'],
  operate: ['operate', 'read'],
  admin: ['ingest', 'read', 'deploy', 'operate', 'admin'],
};

describe('hasScope', () => {
  it.each(Scope.options.flatMap((held) => Scope.options.map((wanted) => ({ held, wanted }))))(
    'answers for $wanted with $held',
    ({ held, wanted }) => {
      expect(hasScope([held], wanted)).toBe(ALLOWED[held].includes(wanted));
    },
  );

  it('allows nothing without scopes', () => {
    expect(Scope.options.some((wanted) => hasScope([], wanted))).toBe(false);
  });

  it('allows what any of several allows', () => {
    expect(hasScope(['ingest', 'deploy'], 'deploy')).toBe(true);
    expect(hasScope(['ingest', 'deploy'], 'read')).toBe(false);
  });
});
