import { calibrated } from './calibrated.js';
import { type Calibration, HORIZONS, type Horizon } from './calibration.js';

/** Probabilities at which two calibrations are compared: where alarms are decided, and around. */
const GRID = [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98];

/**
 * How far two calibrations differ at most, 0 to 1, over all horizons and the components that either knows,
 * and one that neither does.
 */
export function distance(one: Calibration, other: Calibration): number {
  const names = ['', ...Object.keys(one.components), ...Object.keys(other.components)];
  let most = 0;
  for (const name of new Set(names)) {
    for (const p of GRID) {
      for (const horizon of HORIZONS) {
        const raw = onlyAt(horizon, p);
        const [a, b] = [calibrated(raw, one, name), calibrated(raw, other, name)];
        most = Math.max(most, Math.abs(a[horizon] - b[horizon]));
      }
    }
  }
  return most;
}

/** Nothing within the nearer horizons, which would hold the farther ones up. */
function onlyAt(horizon: Horizon, p: number): Record<Horizon, number> {
  const first = horizon === '1h' ? p : 0;
  return { '1h': first, '6h': horizon === '24h' ? 0 : p, '24h': p };
}
