import { describe, expect, it } from 'vitest';
import { corrected } from '../../../lib/domain/learn/corrected.js';
import { leaking, quiet } from '../decide/build.js';

describe('corrected', () => {
  const alarm = leaking({ horizons: { '1h': 0.7, '6h': 0.8, '24h': 0.9 }, level: 'critical' });

  it('takes an alarm back that outcomes do not bear out, with its time', () => {
    const is = corrected(alarm, () => ({ '1h': 0.1, '6h': 0.2, '24h': 0.4 }), 0.5);
    expect(is).toMatchObject({
      level: null,
      probability: expect.closeTo(0.08, 9),
      horizons: { '1h': 0.1, '6h': 0.2, '24h': 0.4 },
      raw: { '1h': 0.7, '6h': 0.8, '24h': 0.9 },
      timeToFailureS: null,
    });
    expect(is.evidence).toEqual(alarm.evidence);
  });

  it('raises one where failures came more often than was said', () => {
    const is = corrected(quiet(), () => ({ '1h': 0.2, '6h': 0.6, '24h': 0.7 }), 0.5);
    expect(is).toMatchObject({ level: 'high', probability: expect.closeTo(0.34, 9) });
  });

  it('changes nothing but the note of it where nothing was learned', () => {
    expect(corrected(alarm, (raw) => raw, 0.5)).toMatchObject({
      level: 'critical',
      horizons: alarm.horizons,
      timeToFailureS: alarm.timeToFailureS,
    });
  });
});
