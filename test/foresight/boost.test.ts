import { describe, expect, it } from 'vitest';
import { forestOf } from '../../lib/domain/predict/forest.js';
import { randomOf } from '../bench/foresight/random.js';
import { binned } from '../bench/foresight/train/boost/binned.js';
import { boost } from '../bench/foresight/train/boost/boost.js';

const ROWS = 4000;

/** Rows of three numbers from 0 to 1; what is to be learned follows from the first two. */
function world(seed: string, truth: (a: number, b: number, chance: number) => number) {
  const random = randomOf(seed);
  const columns = Array.from({ length: 3 }, () => new Float32Array(ROWS));
  const target = new Float64Array(ROWS);
  for (let row = 0; row < ROWS; row += 1) {
    for (const column of columns) column[row] = random.uniform(0, 1);
    target[row] = truth(columns[0]?.[row] ?? 0, columns[1]?.[row] ?? 0, random.uniform(0, 1));
  }
  return { columns, target, weight: new Float64Array(ROWS).fill(1) };
}

function learned(
  { columns, target, weight }: ReturnType<typeof world>,
  kind: 'logistic' | 'square',
  signs: readonly number[] = [0, 0, 0],
) {
  const random = randomOf('chance');
  const manner = { trees: 60, depth: 3, rate: 0.2, rowShare: 0.7, featureShare: 1, ridge: 1 };
  const rest = { leastLeaf: 1, random: () => random.uniform(0, 1) };
  return boost({ data: binned(columns), target, weight, kind, signs }, { ...manner, ...rest });
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe('boost', () => {
  it('learns a number that two features make together', () => {
    const ask = forestOf(
      learned(
        world('square', (a, b) => a * b),
        'square',
      ),
    );
    for (const [a, b] of [
      [0.2, 0.9],
      [0.8, 0.8],
      [0.1, 0.1],
    ] as const) {
      expect(ask([a, b, 0.5])).toBeCloseTo(a * b, 1);
    }
  });

  it('learns probabilities that are what comes', () => {
    const ask = forestOf(
      learned(
        world('p', (a, _, chance) => (chance < a ? 1 : 0)),
        'logistic',
      ),
    );
    for (const a of [0.2, 0.5, 0.8]) {
      expect(Math.abs(sigmoid(ask([a, 0.5, 0.5])) - a)).toBeLessThan(0.12);
    }
  });

  it('never goes against a sign, whatever the data say', () => {
    const falling = world('falling', (a, b) => b - a);
    const ask = forestOf(learned(falling, 'square', [1, 1, 0]));
    const random = randomOf('pairs');
    for (let i = 0; i < 500; i += 1) {
      const [low, b] = [random.uniform(0, 1), random.uniform(0, 1)];
      const high = random.uniform(low, 1);
      const c = random.uniform(0, 1);
      expect(ask([high, b, c])).toBeGreaterThanOrEqual(ask([low, b, c]) - 1e-9);
    }
  });

  it('is the same for the same data and chance', () => {
    const one = world('again', (a, b) => a + b);
    expect(learned(one, 'square')).toEqual(learned(one, 'square'));
  });
});
