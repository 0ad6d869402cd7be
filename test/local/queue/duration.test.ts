import { describe, expect, it } from 'vitest';
import { durationMs } from '../../../lib/local/queue/duration.js';

describe('durationMs', () => {
  it.each([
    ['10s', 10_000],
    ['0s', 0],
    ['1d10h30m', 124_200_000],
    ['1d1h30m', 91_800_000],
    ['6m5s', 365_000],
    ['1.5s', 1500],
    ['250ms', 250],
    ['1500us', 1.5],
    ['1500µs', 1.5],
    ['2000000ns', 2],
    [' 2m ', 120_000],
  ])('reads %s as %d ms', (text, expected) => {
    expect(durationMs(text)).toBeCloseTo(expected, 9);
  });

  it.each(['', ' ', '10', 's', '-1s', '1w', '1 s', '1s 2m', 'ten seconds', '1e3s', '.5s', '1s!'])(
    'refuses "%s"',
    (text) => {
      expect(durationMs(text)).toBeNull();
    },
  );
});
