import { mapped } from './calibrated.js';
import { type HorizonMap, IDENTITY } from './calibration.js';
import { type Example, effectiveCount } from './examples.js';
import { isotonicKnots } from './isotonic.js';
import { plattMap } from './platt.js';
import { shiftsOf } from './shifts.js';

/** Outcomes at a horizon from which the form of its map is learned too, not only scale and shift. */
const ISOTONIC_FROM = 200;

/** How a horizon's map was learned: the most that the outcomes allow, down to nothing. */
export type Method = 'isotonic' | 'platt' | 'shifts' | 'identity';

/** What was learned at one horizon. */
export interface Fit {
  readonly method: Method;
  readonly map: HorizonMap;
  /** Component to its shift, log odds. */
  readonly shifts: ReadonlyMap<string, number>;
}

/** The fit that changes nothing. */
export const NO_FIT: Fit = { method: 'identity', map: IDENTITY, shifts: new Map() };

/** Weights that sum to the number of independent outcomes the examples are worth. */
function worth(examples: readonly Example[]): Example[] {
  const sum = examples.reduce((total, { weight }) => total + weight, 0);
  const scale = sum === 0 ? 0 : effectiveCount(examples) / sum;
  return examples.map((one) => ({ ...one, weight: one.weight * scale }));
}

function round(x: number): number {
  return Math.round(x * 1e4) / 1e4;
}

function mapOf(examples: readonly Example[], method: Method): HorizonMap {
  if (method === 'shifts' || method === 'identity') return IDENTITY;
  const { a, b } = plattMap(worth(examples));
  const platt = { a: round(a), b: round(b), knots: [] };
  if (method === 'platt') return platt;
  const scored = examples.map((one) => ({ ...one, x: mapped(platt, one.p) }));
  return { ...platt, knots: isotonicKnots(scored) };
}

/** Learn one horizon's map, then what each component adds to it. */
export function fitBy(examples: readonly Example[], method: Method): Fit {
  if (method === 'identity') return NO_FIT;
  const map = mapOf(examples, method);
  return { method, map, shifts: shiftsOf(examples, map) };
}

/** The methods that so many outcomes allow, the one that learns most first. */
export function methodsFor(outcomes: number): readonly Method[] {
  const always: Method[] = ['platt', 'shifts', 'identity'];
  return outcomes >= ISOTONIC_FROM ? ['isotonic', ...always] : always;
}
