import { type Failure, jointNames } from '../../../../lib/domain/predict/features/joint.js';
import type { ForestData } from '../../../../lib/domain/predict/forest.js';
import { randomOf } from '../random.js';
import type { Binned } from './boost/binned.js';
import { boost } from './boost/boost.js';
import type { Table } from './table.js';

/** What is asked of a way to fail: within how many horizons, or when. */
export const QUESTIONS = { '1h': 1, '6h': 6, '24h': 24, time: null } as const;

/** One of them. */
export type Question = keyof typeof QUESTIONS;

/** Failures farther away than this teach nothing about when, horizons. */
const FARTHEST = 30;
/** Nearer than this is now. */
const NEAREST = 0.05;

const FASTER = /^(t_|tau_|floor_t_|news_|season_|faster_|now|top_|over_)/;

/**
 * Which way a feature may move the probability: sooner, faster, surer, higher and newer are never less
 * probable. Where reason demands nothing, 0.
 */
function signOf(name: string): number {
  const feature = name.slice(name.indexOf('.') + 1);
  if (feature.includes('ttl')) return -1;
  return FASTER.test(feature) ? 1 : 0;
}

/** Trees, and how they are grown; chosen on the validation worlds. */
export const MANNER = { trees: 80, depth: 4, rate: 0.1, rowShare: 0.5, ridge: 5 } as const;

/** Learn one question about one way to fail. */
export function learn(
  failure: Failure,
  question: Question,
  table: Table,
  data: Binned,
): ForestData {
  const horizon = QUESTIONS[question];
  const random = randomOf(`${failure}/${question}`);
  const signs = jointNames(failure).map(signOf);
  const isTime = horizon === null;
  const target = Float64Array.from(table.failsIn, (failsIn) => {
    if (horizon !== null) return failsIn <= horizon ? 1 : 0;
    return Math.log(Math.min(FARTHEST, Math.max(NEAREST, failsIn)));
  });
  const weight = Float64Array.from(table.weight, (w, row) =>
    isTime && !((table.failsIn[row] ?? Number.POSITIVE_INFINITY) <= FARTHEST) ? 0 : w,
  );
  return boost(
    {
      ...{ data, target, weight, kind: isTime ? 'square' : 'logistic' },
      signs: isTime ? signs.map((sign) => -sign) : signs,
    },
    {
      ...MANNER,
      featureShare: failure === 'objective' ? 0.3 : 0.6,
      leastLeaf: isTime ? 30 : 3,
      random: () => random.uniform(0, 1),
    },
  );
}
