import { describe, expect, it } from 'vitest';
import { bandOf, toldBand } from '../../../lib/domain/judge/band.js';
import { HOUR } from '../../../lib/domain/time.js';

describe('bandOf', () => {
  it.each([
    { hours: 0, band: 0 },
    { hours: 1, band: 0 },
    { hours: 1.01, band: 1 },
    { hours: 6, band: 1 },
    { hours: 24, band: 2 },
    { hours: 24.1, band: 3 },
    { hours: Number.POSITIVE_INFINITY, band: 3 },
  ])('puts a failure in $hours h into band $band', ({ hours, band }) => {
    expect(bandOf(hours * HOUR)).toBe(band);
  });
});

describe('toldBand', () => {
  it.each([
    { within: [0.5, 0.9, 1], band: 0 },
    { within: [0.49, 0.5, 1], band: 1 },
    { within: [0, 0.1, 0.5], band: 2 },
    { within: [0, 0, 0.49], band: 3 },
  ])('reads $within as band $band', ({ within, band }) => {
    expect(toldBand(within)).toBe(band);
  });
});
