import { describe, expect, it } from 'vitest';
import { clip, clipped } from '../../lib/notify/clip.js';

describe('clip', () => {
  it.each([
    ['<b>', 10, '<b>'],
    ['abcd', 3, 'ab…'],
    ['a😀', 2, 'a…'],
  ])('writes %j within %d as %j', (text, max, written) => {
    expect(clip(text, max)).toBe(written);
  });
});

describe('clipped', () => {
  it('keeps the newest lines, each within bounds', () => {
    const lines = Array.from({ length: 20 }, (_, i) => `${i} ${'x'.repeat(1000)}`);
    const kept = clipped(lines);
    expect(kept.map((line) => line.split(' ')[0])).toEqual([
      '12',
      '13',
      '14',
      '15',
      '16',
      '17',
      '18',
      '19',
    ]);
    expect(Math.max(...kept.map(({ length }) => length))).toBe(300);
  });
});
