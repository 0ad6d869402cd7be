import { mapped } from './calibrated.js';
import { type HorizonMap, IDENTITY } from './calibration.js';
import { type Example, effectiveCount } from './examples.js';
import { isotonicKnots } from './isotonic.js';
import { plattMap } from './platt.js';
import { shiftsOf } from './shifts.js';

/** Outcomes at a horizon from which the form of its map is learned too, not only scale and shift. */
const ISOTONIC_FROM = 200;

/**
 * How a horizon's map was learned, from the most that outcomes allow down to nothing:
 *
 * - `isotonic`: what was said with 0.7 means what came of it, whatever becomes of the alarms;
 * - `platt`: the same, by scale and shift alone;
 * - `anchored`: isotonic below the raising probability, while what is over it is never lowered, so that
 *   only a component's own habit takes an alarm back;
 * - `habits`: each component is moved by how it differs from the rest, and all together by nothing.
 */
export type Method = 'isotonic' | 'platt' | 'anchored' | 'habits' | 'identity';

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

function plattOf(examples: readonly Example[]): HorizonMap {
  const { a, b } = plattMap(worth(examples));
  return { a: round(a), b: round(b), knots: [] };
}

/** Knots over some first part of a map. */
function knotsOver(map: HorizonMap, examples: readonly Example[]): HorizonMap['knots'] {
  return isotonicKnots(examples.map((one) => ({ ...one, x: mapped(map, one.p) })));
}

/** Leave what is raised where it is, or raise it: only below is it brought down. */
function anchoredAt(knots: HorizonMap['knots'], raiseAt: number): HorizonMap {
  const edge = Math.max(raiseAt, mapped({ ...IDENTITY, knots }, raiseAt));
  const below = knots.filter(([x]) => x < raiseAt);
  const above = knots.filter(([x]) => x > raiseAt);
  const raised = above.map(([x, y]): [number, number] => [x, Math.max(x, y)]);
  return { ...IDENTITY, knots: [...below, [raiseAt, edge], ...raised] };
}

/** A way to learn one horizon's map, and what each component adds to what all have in common. */
export type Learner = (method: Method) => Fit;

/** Learn once what methods share. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/**
 * Learn from outcomes by whatever method.
 *
 * @param raiseAt - the probability from which an alarm is raised, above 0 and below 1
 */
export function learner(examples: readonly Example[], raiseAt: number): Learner {
  const scaled = once(() => plattOf(examples));
  const bent = once((): HorizonMap => ({ ...scaled(), knots: knotsOver(scaled(), examples) }));
  const common = () => (examples.length < ISOTONIC_FROM ? scaled() : bent());
  const habits = once(() => shiftsOf(examples, common()));
  const byMethod: Readonly<Record<Method, () => Fit>> = {
    isotonic: () => ({ method: 'isotonic', map: bent(), shifts: habits() }),
    platt: () => ({ method: 'platt', map: scaled(), shifts: shiftsOf(examples, scaled()) }),
    anchored: () => {
      const map = anchoredAt(knotsOver(IDENTITY, examples), raiseAt);
      return { method: 'anchored', map, shifts: habits() };
    },
    habits: () => ({ method: 'habits', map: IDENTITY, shifts: habits() }),
    identity: () => NO_FIT,
  };
  return (method) => byMethod[method]();
}

/** The methods that so many outcomes allow, the one that learns most first. */
export function methodsFor(outcomes: number): readonly Method[] {
  return outcomes >= ISOTONIC_FROM
    ? ['isotonic', 'platt', 'anchored', 'habits', 'identity']
    : ['platt', 'habits', 'identity'];
}
