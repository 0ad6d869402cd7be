import { TICK_MS } from '../../../../lib/domain/judge/foretold.js';
import { limitsFor } from '../../../../lib/domain/metrics.js';
import { extendPast } from '../../../../lib/domain/past/extend-past.js';
import { NO_PAST } from '../../../../lib/domain/past/past.js';
import { type Failure, jointFeatures } from '../../../../lib/domain/predict/features/joint.js';
import { metricFeatures } from '../../../../lib/domain/predict/features/metric-features.js';
import { DEFAULT_SETTINGS } from '../../../../lib/domain/settings.js';
import type { Scenario } from '../scenario.js';
import { windowsOf } from './windows-of.js';

/** What one way to fail looked like at one tick, and what came of it. */
export interface Row {
  readonly failure: Failure;
  readonly features: readonly number[];
  /** Horizons until the failure; infinite when there is none of this kind. */
  readonly failsIn: number;
}

function failsIn({ failure, failedAt, onsetAt }: Scenario, of: Failure, at: number): number {
  if (failure !== of || failedAt === null || onsetAt === null || at < onsetAt) {
    return Number.POSITIVE_INFINITY;
  }
  return (failedAt - at) / (DEFAULT_SETTINGS.horizonS * 1000);
}

/**
 * Watch a scenario as a sweep would and give what the predictor would have looked at.
 *
 * @param takes - whether to give the rows of a tick: all are watched, for the past's sake
 */
export function rowsOf(
  scenario: Scenario,
  takes: (at: number) => boolean,
  sees: (metric: string) => boolean,
): { readonly at: number; readonly rows: readonly Row[] }[] {
  const rows: { at: number; rows: Row[] }[] = [];
  let past = NO_PAST;
  for (const { at, window } of windowsOf(scenario, TICK_MS)) {
    past = extendPast(past, window, DEFAULT_SETTINGS);
    if (!takes(at)) continue;
    const limits = limitsFor(Object.keys(window.series), {}, DEFAULT_SETTINGS);
    const found = metricFeatures(window, {
      past,
      limits,
      settings: DEFAULT_SETTINGS,
      now: new Date(at),
    });
    rows.push({
      at,
      rows: jointFeatures(found.filter(({ metric, isEnough }) => isEnough && sees(metric))).map(
        ({ failure, features }) => ({ failure, features, failsIn: failsIn(scenario, failure, at) }),
      ),
    });
  }
  return rows;
}
