import { describe, expect, it } from 'vitest';
import { Calibration } from '../../lib/domain/learn/calibration.js';
import { worthOf } from '../bench/learning/judge-life.js';
import { live } from '../bench/learning/live.js';
import { simulate } from '../bench/learning/stream.js';

const days = 30;
const fleet = simulate({ seed: 'small', components: 30, days, world: 'other' });
const without = live(fleet, { days, everyDays: 0 });
const learned = live(fleet, { days, everyDays: 7 });
const at = (lived: typeof without.lived, horizon: '1h' | '6h' | '24h') =>
  worthOf(lived, { horizon, from: 15, days });

describe('a fleet that behaves otherwise than the one that its predictor was made on', () => {
  it.each(['1h', '6h'] as const)(
    'raises fewer false alarms after learning, and misses no more failures: %s',
    (horizon) => {
      const [before, after] = [at(without.lived, horizon), at(learned.lived, horizon)];
      expect(after.falseAlarms).toBeLessThan(0.8 * before.falseAlarms);
      expect(after.failures).toBe(before.failures);
      // One failure more or less is chance.
      expect(after.recall ?? 0).toBeGreaterThanOrEqual((before.recall ?? 0) - 1 / before.failures);
      expect(after.brier ?? 1).toBeLessThan(before.brier ?? 0);
    },
  );

  it('learns what can be read back', () => {
    expect(Calibration.safeParse(learned.calibration).success).toBe(true);
  });

  it('lives the same life again', () => {
    const again = live(fleet, { days, everyDays: 7 });
    expect(again.calibration).toEqual(learned.calibration);
  });
});
