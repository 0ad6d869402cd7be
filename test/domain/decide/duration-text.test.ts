import { describe, expect, it } from 'vitest';
import { durationText } from '../../../lib/domain/decide/duration-text.js';

describe('durationText', () => {
  it.each([
    { seconds: 0, text: '0 s' },
    { seconds: -5, text: '0 s' },
    { seconds: 0.57, text: '0.5 s' },
    { seconds: 9.99, text: '9.9 s' },
    { seconds: 10.9, text: '10 s' },
    { seconds: 59.9, text: '59 s' },
    { seconds: 60, text: '1 min' },
    { seconds: 61, text: '1 min 1 s' },
    { seconds: 1799, text: '29 min 59 s' },
    { seconds: 3600, text: '1 h' },
    { seconds: 3659, text: '1 h' },
    { seconds: 86_399, text: '23 h 59 min' },
    { seconds: 86_400, text: '1 d' },
    { seconds: 7 * 86_400 + 7200, text: '7 d 2 h' },
    { seconds: Number.NaN, text: 'an unknown time' },
    { seconds: Number.POSITIVE_INFINITY, text: 'an unknown time' },
  ])('says $seconds s as $text', ({ seconds, text }) => {
    expect(durationText(seconds)).toBe(text);
  });
});
