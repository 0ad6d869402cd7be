import { describe, expect, it } from 'vitest';
import { type Example, examplesOf } from '../../../lib/domain/learn/examples.js';
import { split } from '../../../lib/domain/learn/split.js';
import { HOUR } from '../../../lib/domain/time.js';
import { fleetOf } from './fleet-of.js';

const NEVER = Number.NEGATIVE_INFINITY;
const examples = examplesOf(fleetOf({ seed: 1, components: 20, each: 40 }), {
  horizon: '6h',
  horizonS: 3600,
});
const parts = split(examples, { heldOut: 0.25, lengthS: 6 * 3600, since: NEVER });
const names = (of: readonly Example[]) => new Set(of.map(({ component }) => component));

describe('split', () => {
  it('holds out whole components', () => {
    const held = [...names(parts.check)].filter((name) => !names(parts.learn).has(name));
    expect(held).toHaveLength(5);
  });

  it('holds out the newest part of all components, with the length of a horizon before it', () => {
    const last = Math.max(...parts.learn.map(({ at }) => at));
    const newest = examples.filter(({ at }) => at > last + 6 * HOUR);
    expect(names(newest).size).toBe(20);
    for (const one of newest) expect(parts.check).toContain(one);
  });

  it('holds out nothing by time that what is in force has learned from', () => {
    const since = examples.at(-50)?.at ?? 0;
    const late = split(examples, { heldOut: 0.25, lengthS: 6 * 3600, since });
    const newest = late.check.filter(({ component }) => !late.unknown.has(component));
    expect(Math.min(...newest.map(({ at }) => at))).toBeGreaterThan(since);
    expect(late.learn.length).toBeGreaterThan(parts.learn.length);
  });

  it('learns from nothing that it is checked on', () => {
    expect(parts.learn.filter((one) => parts.check.includes(one))).toEqual([]);
  });

  it('holds out nothing when nothing is asked for, or there is nothing', () => {
    expect(split(examples, { heldOut: 0, lengthS: 1, since: NEVER }).learn).toHaveLength(
      examples.length,
    );
    expect(split([], { heldOut: 0.5, lengthS: 1, since: NEVER })).toEqual({
      learn: [],
      check: [],
      unknown: new Set(),
    });
  });
});
