import { describe, expect, it } from 'vitest';
import { rootOf } from '../../../lib/domain/decide/dependencies.js';
import { type Bad, suspectsFor } from '../../../lib/domain/decide/suspects.js';
import { bad } from './build.js';

const GRAPH = new Map([
  ['web', ['api']],
  ['api', ['db']],
]);

function root(name: string, all: readonly Bad[], { rising = [] as string[], on = GRAPH } = {}) {
  return rootOf(name, on, suspectsFor(name, { on, bad: all, rising, lagS: 300 }));
}

describe('suspectsFor', () => {
  it('takes what was bad before, or was seen a little later', () => {
    expect(root('api', [bad('api', 60), bad('db', 120)])).toBe('db');
    expect(root('api', [bad('api', 400), bad('db', 101)])).toBe('db');
    expect(root('api', [bad('api', 400), bad('db', 99)])).toBeNull();
  });

  it('takes only what was bad before where a change of its own is blamed', () => {
    const own = { isOwnChange: true };
    expect(root('api', [bad('api', 400, own), bad('db', 280)])).toBeNull();
    expect(root('api', [bad('api', 400, own), bad('db', 401)])).toBe('db');
  });

  it('takes everything while it has no incident of its own', () => {
    expect(root('web', [bad('db', 1)], { rising: ['api'] })).toBe('db');
    expect(root('web', [], { rising: ['api'] })).toBe('api');
  });

  it('does not take what only rises for the cause of what fails', () => {
    expect(root('api', [bad('api', 60)], { rising: ['db'] })).toBeNull();
    expect(root('api', [bad('api', 60, { isFailing: false })], { rising: ['db'] })).toBe('db');
  });

  it('lets the first of a circle be treated, and holds the others', () => {
    const on = new Map([
      ['a', ['b']],
      ['b', ['a']],
    ]);
    const all = [bad('a', 100), bad('b', 60)];
    expect(root('a', all, { on })).toBeNull();
    expect(root('b', all, { on })).toBe('a');
    const atOnce = [bad('a', 60), bad('b', 60)];
    expect([root('a', atOnce, { on }), root('b', atOnce, { on })]).toEqual([null, 'a']);
  });
});
