import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { uuid7 } from '../../lib/security/uuid7.js';

const millisecondsOf = (id: string) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

describe('uuid7', () => {
  it('has the form of version 7 and holds the instant', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (now) => {
        const id = uuid7(now);
        expect(z.uuidv7().safeParse(id).success).toBe(true);
        expect(millisecondsOf(id)).toBe(now);
      }),
    );
  });

  it('sorts by time as text', () => {
    const ids = [1, 1000, 1_700_000_000_000, 1_700_000_000_001, 2 ** 47].map(uuid7);
    expect([...ids].sort()).toEqual(ids);
  });

  it('never repeats itself within a millisecond', () => {
    const ids = Array.from({ length: 2000 }, () => uuid7(1_700_000_000_000));
    expect(new Set(ids).size).toBe(2000);
  });

  it.each([-1, 0.5, 2 ** 48, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses %d as an instant',
    (now) => {
      expect(() => uuid7(now)).toThrow(RangeError);
    },
  );
});
