import { describe, expect, it } from 'vitest';
import { NO_CALIBRATION } from '../../lib/domain/learn/calibration.js';
import { MODEL_VERSION } from '../../lib/domain/learn/model-version.js';
import { calibrationInForce } from '../../lib/flows/calibration-in-force.js';

function read(stored: unknown) {
  const lines: object[] = [];
  const inForce = calibrationInForce({ log: (line) => lines.push(line) }, stored);
  return { ...inForce, lines };
}

const body = { ...NO_CALIBRATION, components: { shop: { '1h': -1 } } };

describe('calibrationInForce', () => {
  it('is the identity where nothing was learned, without a word', () => {
    for (const stored of [null, undefined]) {
      expect(read(stored)).toEqual({
        calibration: NO_CALIBRATION,
        version: 0,
        trouble: null,
        lines: [],
      });
    }
  });

  it('is what the database has in force, under its version', () => {
    expect(read({ version: 7, model: MODEL_VERSION, body })).toEqual({
      calibration: { ...body, version: 7 },
      version: 7,
      trouble: null,
      lines: [],
    });
  });

  it.each([
    ['no object', 'x', 0, 'the calibration in force cannot be read'],
    [
      'a map that turns probabilities round',
      { version: 7, model: MODEL_VERSION, body: { ...body, components: { shop: { '1h': 99 } } } },
      7,
      /^calibration 7 cannot be read: components.shop.1h: /,
    ],
    ['nothing', { version: 7, model: MODEL_VERSION, body: null }, 7, /^calibration 7 cannot be/],
    [
      "another predictor's",
      { version: 7, model: 'old', body },
      7,
      /^calibration 7 was learned of old, not of /,
    ],
  ])('is the identity, loudly, for %s', (_, stored, version, trouble) => {
    const is = read(stored);
    expect(is.calibration).toEqual(NO_CALIBRATION);
    expect(is.version).toBe(version);
    expect(is.trouble).toMatch(trouble);
    expect(is.lines).toEqual([
      { level: 'error', event: 'calibration_not_in_force', trouble: is.trouble },
    ]);
  });
});
