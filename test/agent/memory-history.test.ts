import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryHistory, leakTest } from '../../lib/agent/memory-history.js';

const ramp = (length: number, from = 100, step = 1) =>
  Array.from({ length }, (_, n) => from + n * step);

describe('leakTest', () => {
  it.each([
    ['nothing', [], null, false],
    ['nine rising points', ramp(9, 1, 100), null, false],
    ['ten rising points', ramp(10), null, true],
    ['a flat line', Array(20).fill(100), null, false],
    ['a falling line', ramp(20, 100, -1), null, false],
    ['a step up of half', [...Array(10).fill(100), ...Array(10).fill(150)], null, false],
    ['a step up of more', [...Array(10).fill(100), ...Array(10).fill(151)], null, true],
    ['a spike at the end', [...Array(19).fill(100), 400], null, false],
    ['a flat line half above a stated baseline', Array(10).fill(150), 100, false],
    ['a flat line more above a stated baseline', Array(10).fill(151), 100, true],
    [
      'a rise from a baseline of nothing',
      [...Array(10).fill(0), ...Array(10).fill(9)],
      null,
      false,
    ],
  ])('sees in %s %s', (_what, points, baseline, leak) => {
    expect(leakTest(points, baseline)).toBe(leak);
  });

  it.each([
    { up: 6, leak: false },
    { up: 7, leak: true },
    { up: 8, leak: true },
  ])('takes $up upward steps of 10 as leak: $leak', ({ up, leak }) => {
    const points = [1000];
    for (let n = 0; n < 10; n += 1) points.push((points.at(-1) ?? 0) + (n < up ? 1 : -1));
    expect(leakTest(points, null)).toBe(leak);
  });

  it('looks at the last twenty points only', () => {
    expect(leakTest([...ramp(100, 1000), ...Array(20).fill(1099)], null)).toBe(false);
  });

  it('does not depend on the unit of memory', () => {
    const memory = fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 10, maxLength: 40 });
    fc.assert(
      fc.property(memory, (points) => {
        expect(
          leakTest(
            points.map((point) => point * 1024),
            null,
          ),
        ).toBe(leakTest(points, null));
      }),
    );
  });
});

describe('createMemoryHistory', () => {
  it('finds a leak, and none after a new baseline until ten points are there again', () => {
    const history = createMemoryHistory();
    for (const point of ramp(10)) history.add(point);
    expect(history.isLeaking()).toBe(true);
    history.setBaseline(100);
    for (const point of ramp(9)) history.add(point);
    expect(history.isLeaking()).toBe(false);
    history.add(200);
    expect(history.isLeaking()).toBe(true);
  });
});
