import { describe, expect, it } from 'vitest';
import { type Identity, requireComponent } from '../../lib/http/identity.js';

const key = (component: string | null): Identity => ({
  kind: 'key',
  id: '1',
  name: 'n',
  scopes: ['read'],
  component,
});

describe('requireComponent', () => {
  it.each([
    { identity: key(null), component: null },
    { identity: key(null), component: 'shop' },
    { identity: key('shop'), component: 'shop' },
    { identity: { kind: 'cron' } as const, component: null },
  ])('lets $identity do something about $component', ({ identity, component }) => {
    expect(() => requireComponent(identity, component)).not.toThrow();
  });

  it.each([null, 'shop2', 'Shop', ''])('refuses a key of shop for %j', (component) => {
    expect(() => requireComponent(key('shop'), component)).toThrow(
      expect.objectContaining({ code: 'forbidden' }),
    );
  });
});
