import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  circleOf,
  type DependsOn,
  dependantsBy,
  dependantsOf,
  rootOf,
  rootsAmong,
  upstreamsOf,
} from '../../../lib/domain/decide/dependencies.js';

const graph = (edges: Record<string, readonly string[]>): DependsOn =>
  new Map(Object.entries(edges));

const CHAIN = graph({ web: ['api'], api: ['cache', 'db'], db: ['disk'] });

const root = (name: string, on: DependsOn, ...bad: string[]) => rootOf(name, on, new Set(bad));

const anyGraph = fc
  .array(fc.tuple(fc.nat(9), fc.uniqueArray(fc.nat(9), { maxLength: 4 })), { maxLength: 10 })
  .map((edges) => new Map(edges.map(([name, on]) => [`${name}`, on.map(String)])));

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
        // What a look at every suspect by itself would find.
        const isRoot = (one: string): boolean =>
          upstreamsOf(one, on).every((other) => other === name || !names.has(other));
        const nearestFirst = upstreamsOf(name, on).filter((one) => names.has(one));
        expect(found).toBe(nearestFirst.find(isRoot) ?? nearestFirst[0] ?? null);
      }),
    ));

  it('is found at the end of a chain as long as a fleet is large', () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `c${i}`);
    const chain = graph(Object.fromEntries(names.map((name, i) => [name, [`c${i + 1}`]])));
    expect(rootOf('c0', chain, new Set(names))).toBe('c19999');
  });
});

describe('rootsAmong', () => {
  it('are those that depend on no other of them, directly or through others', () => {
    expect(rootsAmong(['web', 'db', 'cache'], CHAIN)).toEqual(['db', 'cache']);
    expect(rootsAmong(['web', 'stranger'], CHAIN)).toEqual(['web', 'stranger']);
    expect(rootsAmong([], CHAIN)).toEqual([]);
  });

  it('are none of a circle, and one that only depends on itself', () => {
    const circle = graph({ a: ['b'], b: ['a'], c: ['c'] });
    expect(rootsAmong(['a', 'b', 'c'], circle)).toEqual(['c']);
    expect(rootsAmong(['a'], circle)).toEqual(['a']);
  });

  it('are what a look at each by itself would find, in every graph', () =>
    fc.assert(
      fc.property(anyGraph, fc.uniqueArray(fc.nat(9)), (on, some) => {
        const bad = some.map(String);
        const alone = (name: string): boolean =>
          upstreamsOf(name, on).every((one) => !bad.includes(one));
        expect(rootsAmong(bad, on)).toEqual(bad.filter(alone));
      }),
    ));
});

describe('circleOf', () => {
  it('are those that lead back to a component, and itself', () =>
    fc.assert(
      fc.property(anyGraph, fc.nat(9), (on, from) => {
        const name = String(from);
        const back = upstreamsOf(name, on).filter((one) => upstreamsOf(one, on).includes(name));
        expect([...circleOf(name, on)].sort()).toEqual([name, ...back].sort());
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
