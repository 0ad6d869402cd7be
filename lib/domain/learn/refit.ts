import { type Calibration, HORIZONS, type Horizon } from './calibration.js';
import { examplesOf, HORIZON_FACTOR } from './examples.js';
import type { Fit } from './fit.js';
import type { Outcome } from './outcome.js';
import { type HorizonReport, refitHorizon } from './refit-horizon.js';

/** What a refit starts from. */
export interface RefitOptions {
  /** The calibration in force: what is learned must not be worse. */
  readonly prior: Calibration;
  /** The share of times, and of components, that the result is checked on; 0 to 1. */
  readonly heldOut: number;
  /** The probability from which an alarm is raised. */
  readonly raiseAt: number;
  /** Length of the nearest horizon, seconds. */
  readonly horizonS: number;
  /** The predictor whose probabilities these were. */
  readonly model: string;
}

/** What a refit came to. */
export interface Refit {
  /** Its version is the prior's until it is stored; the prior itself where nothing was learned. */
  readonly calibration: Calibration;
  readonly changed: boolean;
  readonly horizons: Readonly<Record<Horizon, HorizonReport>>;
}

/** What a calibration holds for one horizon. */
function fitOf({ horizons, components }: Calibration, horizon: Horizon): Fit {
  const shifts = new Map(
    Object.entries(components).map(([name, own]) => [name, own[horizon] ?? 0] as const),
  );
  return { method: 'identity', map: horizons[horizon], shifts };
}

function componentsOf(fits: Readonly<Record<Horizon, Fit>>): Calibration['components'] {
  const names = new Set(HORIZONS.flatMap((horizon) => [...fits[horizon].shifts.keys()]));
  const own = (name: string) =>
    Object.fromEntries(
      HORIZONS.flatMap((horizon) => {
        const shift = fits[horizon].shifts.get(name) ?? 0;
        return shift === 0 ? [] : [[horizon, shift]];
      }),
    );
  return Object.fromEntries([...names].sort().map((name) => [name, own(name)]));
}

/**
 * Learn from outcomes what the predictor's probabilities mean in this installation, each horizon by
 * itself: a map for all components (Platt's, and from 200 outcomes on isotonic), and what each
 * component adds, with shrinkage. The order of the outcomes does not matter.
 *
 * It never gets worse on what it was not learned from: see {@link refitHorizon}.
 */
export function refit(outcomes: readonly Outcome[], options: RefitOptions): Refit {
  const { prior, horizonS, model } = options;
  const done = (horizon: Horizon) =>
    refitHorizon(examplesOf(outcomes, { horizon, horizonS }), {
      ...options,
      now: fitOf(prior, horizon),
      lengthS: HORIZON_FACTOR[horizon] * horizonS,
    });
  const [first, sixth, last] = [done('1h'), done('6h'), done('24h')];
  const horizons = { '1h': first.report, '6h': sixth.report, '24h': last.report };
  const changed = HORIZONS.some((horizon) => horizons[horizon].verdict === 'learned');
  if (!changed) return { calibration: prior, changed, horizons };
  const fits = { '1h': first.fit, '6h': sixth.fit, '24h': last.fit };
  const calibration: Calibration = {
    version: prior.version,
    model,
    horizons: { '1h': first.fit.map, '6h': sixth.fit.map, '24h': last.fit.map },
    components: componentsOf(fits),
  };
  return { calibration, changed, horizons };
}
