import type { View } from '../../../lib/domain/predict/view.js';

/**
 * The level of a usage metric whose limit is 97.5, a minute between its points, the newest one now.
 */
export function viewOf(y: readonly number[], changes: Partial<View> = {}): View {
  return {
    name: 'level',
    t: y.map((_, index) => 60 * (index + 1 - y.length)),
    x: y,
    raw: y,
    limit: 97.5,
    origin: 0,
    from: 0,
    survivedFrom: 0,
    rules: { minShare: 0.6, minPoints: 8, minZ: 3.2, minRise: 0 },
    unit: (x) => x,
    ...changes,
  };
}
