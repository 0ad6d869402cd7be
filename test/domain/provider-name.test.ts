import { describe, expect, it } from 'vitest';
import { leaningsOf, ProviderRef } from '../../lib/domain/provider-name.js';

describe('ProviderRef', () => {
  it.each(['render', 'render/Oregon', 'render/Oregon (US West)', 'open_ai', 's3'])(
    'takes %s',
    (name) => expect(ProviderRef.parse(name)).toBe(name),
  );
  it.each(['', 'Render', 'render/', '/Oregon', 'a/b/c', 'a-b', '1a', `a/${'x'.repeat(65)}`])(
    'refuses %j',
    (name) => expect(ProviderRef.safeParse(name).success).toBe(false),
  );
});

describe('leaningsOf', () => {
  it('counts the platform, and what is named', () => {
    expect(leaningsOf('render', ['stripe', 'aws/us-east-1'])).toEqual([
      { provider: 'render', part: null, named: false },
      { provider: 'stripe', part: null, named: true },
      { provider: 'aws', part: 'us-east-1', named: true },
    ]);
  });

  it('counts a database at Render for Render', () => {
    const render = { provider: 'render', part: null, named: false };
    expect(leaningsOf('render_postgres', [])).toEqual([render]);
    expect(leaningsOf('render_postgres', ['render'])).toEqual([{ ...render, named: true }]);
  });

  it('narrows the platform to the part that is named', () => {
    expect(leaningsOf('render', ['render/Oregon'])).toEqual([
      { provider: 'render', part: 'Oregon', named: true },
    ]);
  });
});
