import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DependsOn,
  dependantsBy,
  dependantsOf,
  rootOf,
} from '../../../lib/domain/decide/dependencies.js';

const graph = (edges: Record<string, readonly string[]>): DependsOn =>
  new Map(Object.entries(edges));

const CHAIN = graph({ web: ['api'], api: ['cache', 'db'], db: ['disk'] });

const root = (name: string, on: DependsOn, ...bad: string[]) => rootOf(name, on, new Set(bad));

describe('rootOf', () => {
  it('is null where nothing that it depends on is bad', () => {
    expect(root('web', CHAIN)).toBeNull();
    expect(root('web', CHAIN, 'web')).toBeNull();
    expect(root('db', CHAIN, 'web', 'api')).toBeNull();
    expect(root('stranger', CHAIN, 'db')).toBeNull();
  });

  it('is the bad one that depends on nothing bad', () => {
    expect(root('web', CHAIN, 'api')).toBe('api');
    expect(root('web', CHAIN, 'api', 'db')).toBe('db');
    expect(root('web', CHAIN, 'api', 'db', 'disk')).toBe('disk');
  });

  it('is found past what looks healthy', () => {
    expect(root('web', CHAIN, 'disk')).toBe('disk');
  });

  it('is the nearest of several', () => {
    expect(root('web', CHAIN, 'disk', 'cache')).toBe('cache');
  });

  it('is the nearest of a bad circle, and never itself', () => {
    const circle = graph({ a: ['b'], b: ['c'], c: ['a', 'b'] });
    expect(root('a', circle, 'a', 'b', 'c')).toBe('b');
    expect(root('a', circle, 'a')).toBeNull();
    expect(root('a', graph({ a: ['a'] }), 'a')).toBeNull();
  });

  const anyGraph = fc
    .array(fc.tuple(fc.nat(9), fc.uniqueArray(fc.nat(9), { maxLength: 4 })), { maxLength: 10 })
    .map((edges) => new Map(edges.map(([name, on]) => [`${name}`, on.map(String)])));

  it('is a bad one that it depends on, wherever there is any, in every graph', () =>
    fc.assert(
      fc.property(anyGraph, fc.uniqueArray(fc.nat(9)), fc.nat(9), (on, bad, from) => {
        const [names, name] = [new Set(bad.map(String)), String(from)];
        const suspects = [...names].filter((one) =>
          dependantsOf(one, dependantsBy(on)).includes(name),
        );
        const found = rootOf(name, on, names);
        if (suspects.length === 0) expect(found).toBeNull();
        else expect(suspects).toContain(found);
      }),
    ));
});

describe('dependantsOf', () => {
  it('are all that depend on it, directly or through others', () => {
    const by = dependantsBy(CHAIN);
    expect(dependantsOf('disk', by).sort()).toEqual(['api', 'db', 'web']);
    expect(dependantsOf('cache', by).sort()).toEqual(['api', 'web']);
    expect(dependantsOf('web', by)).toEqual([]);
  });
});
