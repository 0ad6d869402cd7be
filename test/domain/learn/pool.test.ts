import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { poolAdjacent } from '../../../lib/domain/learn/pool.js';

const points = fc
  .array(
    fc.record({
      x: fc.integer({ min: 0, max: 20 }),
      y: fc.constantFrom(0, 1),
      weight: fc.double({ min: 0.1, max: 10, noNaN: true }),
    }),
    { maxLength: 60 },
  )
  .map((some) => some.sort((a, b) => a.x - b.x));

describe('poolAdjacent', () => {
  it('leaves what rises already', () => {
    const rising = [0, 1, 2].map((x) => ({ x, y: x / 2, weight: 1 }));
    expect(poolAdjacent(rising).map(({ y }) => y)).toEqual([0, 0.5, 1]);
  });

  it('pools what falls, by weight', () => {
    const falling = [
      { x: 0, y: 1, weight: 1 },
      { x: 3, y: 0, weight: 2 },
    ];
    expect(poolAdjacent(falling)).toEqual([
      { x: 2, from: 0, to: 3, y: 1 / 3, weight: 3, first: 0, end: 2 },
    ]);
  });

  it('takes points at one place for one', () => {
    const same = [0, 1, 1].map((y) => ({ x: 5, y, weight: 1 }));
    expect(poolAdjacent(same)).toHaveLength(1);
  });

  it('is empty for nothing', () => {
    expect(poolAdjacent([])).toEqual([]);
  });

  it('rises, covers every point once, and keeps the sum', () => {
    fc.assert(
      fc.property(points, (some) => {
        const blocks = poolAdjacent(some);
        for (const [i, block] of blocks.entries()) {
          const next = blocks[i + 1];
          if (next === undefined) continue;
          expect(block.y).toBeLessThan(next.y);
          expect(block.to).toBeLessThan(next.from);
          expect(block.end).toBe(next.first);
        }
        const sum = (of: readonly { y: number; weight: number }[]) =>
          of.reduce((total, { y, weight }) => total + y * weight, 0);
        expect(sum(blocks)).toBeCloseTo(sum(some), 6);
      }),
    );
  });

  it('lies no farther from the points than any other rising step function', () => {
    const far = (some: typeof steps, value: (x: number) => number) =>
      some.reduce((total, { x, y, weight }) => total + weight * (y - value(x)) ** 2, 0);
    const steps = [0, 1, 0, 0, 1, 1, 0, 1].map((y, x) => ({ x, y, weight: 1 }));
    const blocks = poolAdjacent(steps);
    const best = far(steps, (x) => blocks.find(({ to }) => x <= to)?.y ?? 1);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }),
        (values) => {
          const rising = [...values].sort((a, b) => a - b);
          expect(far(steps, (x) => rising[x] ?? 1)).toBeGreaterThanOrEqual(best - 1e-9);
        },
      ),
    );
  });
});
