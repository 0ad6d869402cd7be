import { calibrated } from '../../../lib/domain/learn/calibrated.js';
import type { NO_CALIBRATION } from '../../../lib/domain/learn/calibration.js';
import { logit, sigmoid } from '../../../lib/domain/learn/logit.js';
import type { Outcome } from '../../../lib/domain/learn/outcome.js';
import { HOUR } from '../../../lib/domain/time.js';

/** The same numbers for the same seed. @see mulberry32 */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const START = Date.UTC(2026, 0, 1);

/** One outcome, of the kind that most tests need. */
export function outcomeOf(change: Partial<Outcome> & { p?: number; y?: 0 | 1 | null }): Outcome {
  const { p = 0.5, y = 0, ...rest } = change;
  const at = rest.at ?? new Date(START);
  return {
    component: 'shop',
    at,
    raw: { '1h': p, '6h': p, '24h': p },
    kind: p >= 0.5 ? 'alarm' : 'quiet',
    share: 1,
    labels: { '1h': y, '6h': y, '24h': y },
    acted: { '1h': false, '6h': false, '24h': false },
    failedAt: y === 1 ? new Date(at.getTime() + HOUR / 2) : null,
    ...rest,
  };
}

/**
 * Outcomes of a predictor whose log odds are wrong by a scale, a shift, and each component's habit:
 * independent of each other, days apart.
 */
export function fleetOf(wanted: {
  seed: number;
  components: number;
  each: number;
  scale?: number;
  shift?: number;
  /** Of the habits of components, log odds. */
  spread?: number;
}): Outcome[] {
  const draw = random(wanted.seed);
  const { scale = 1, shift = 0, spread = 0 } = wanted;
  return Array.from({ length: wanted.components }, (_, c) => {
    const habit = spread * (draw() + draw() + draw() - 1.5) * 2;
    return Array.from({ length: wanted.each }, (__, i) => {
      const p = draw() ** 2;
      const truth = sigmoid(scale * logit(p) + shift + habit);
      const y = draw() < truth ? 1 : 0;
      const at = new Date(START + i * 25 * HOUR + Math.floor(draw() * HOUR));
      return outcomeOf({ component: `c-${c}`, at, p, y });
    });
  }).flat();
}

/** What a calibration makes of one probability at each horizon. */
export function meaning(calibration: typeof NO_CALIBRATION, p: number, component = 'new'): number {
  return calibrated({ '1h': p, '6h': p, '24h': p }, calibration, component)['1h'];
}
