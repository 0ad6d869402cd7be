import { describe, expect, it } from 'vitest';
import { numberText } from '../../../lib/domain/decide/number-text.js';

describe('numberText', () => {
  it.each([
    { value: 0, text: '0' },
    { value: -3, text: '-3' },
    { value: 0.95, text: '0.95' },
    { value: 0.123456, text: '0.1235' },
    { value: 82.34567, text: '82.35' },
    { value: 123.456, text: '123.5' },
    { value: 3500, text: '3500' },
    { value: 12_345.6, text: '12346' },
    { value: 1_000_000, text: '1000000' },
    { value: null, text: 'unknown' },
    { value: Number.NaN, text: 'unknown' },
    { value: Number.NEGATIVE_INFINITY, text: 'unknown' },
  ])('says $value as $text', ({ value, text }) => {
    expect(numberText(value)).toBe(text);
  });
});
