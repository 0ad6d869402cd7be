import type { Said } from '../../../lib/domain/assessment.js';
import { extendPast } from '../../../lib/domain/past/extend-past.js';
import { NO_PAST } from '../../../lib/domain/past/past.js';
import { predict } from '../../../lib/domain/predict/predict.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';
import {
  limitsOf,
  predictLinear,
  robustLine,
  staticThreshold,
  type Watcher,
} from './baselines/crossings.js';
import { referenceHeuristic } from './baselines/reference-heuristic.js';

/** A way to see failures coming: begins to watch one component, whose past it may remember. */
export type Method = () => Watcher;

const forestall: Method = () => {
  let past = NO_PAST;
  let before: Said | null = null;
  return (window, now) => {
    const settings = DEFAULT_SETTINGS;
    past = extendPast(past, window, settings);
    const asked = { limits: limitsOf(window), settings, now, past, before };
    const { horizons, timeToFailureS, said } = predict(window, asked);
    before = said ?? null;
    return {
      within: [horizons['1h'], horizons['6h'], horizons['24h']],
      likelyS: timeToFailureS?.likely ?? null,
    };
  };
};

/** All methods, by name. */
export const METHODS = {
  forestall,
  'reference heuristic': () => referenceHeuristic,
  'static threshold': () => staticThreshold,
  'predict_linear 15m': () => predictLinear,
  'Theil–Sen + Mann–Kendall 1h': () => robustLine,
} as const satisfies Readonly<Record<string, Method>>;

/** A method's name. */
export type MethodName = keyof typeof METHODS;
