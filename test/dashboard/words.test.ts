import { describe, expect, it } from 'vitest';
import {
  actionWord,
  counted,
  durationText,
  orText,
  percentText,
  signOf,
  type Tone,
} from '../../lib/dashboard/words.js';

describe('durationText', () => {
  it.each([
    [-5, '0 s'],
    [0, '0 s'],
    [59.9, '59 s'],
    [60, '1 min'],
    [3599, '59 min'],
    [3600, '1 h'],
    [86_399, '23 h'],
    [86_400, '1 d'],
    [200_000, '2 d'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});

describe('percentText', () => {
  it.each([
    [0, '0 %'],
    [0.0001, '< 1 %'],
    [0.01, '1 %'],
    [0.5, '50 %'],
    [0.99, '99 %'],
    [0.9999, '> 99 %'],
    [1, '100 %'],
  ])('writes %d as %s', (probability, text) => {
    expect(percentText(probability)).toBe(text);
  });
});

describe('counted', () => {
  it.each([
    [0, '0 incidents'],
    [1, '1 incident'],
    [2, '2 incidents'],
  ])('writes %d as %s', (count, text) => {
    expect(counted(count, 'incident')).toBe(text);
  });
});

describe('orText', () => {
  it.each([
    { items: [], text: '–' },
    { items: ['a'], text: 'a' },
    { items: ['a', 'b'], text: 'a or b' },
    { items: ['a', 'b', 'c', 'd', 'e', 'f'], text: 'a, b, c, d, e or f' },
    {
      items: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
      text: 'a, b, c, d, e or one of 2 more',
    },
  ])('writes $items as $text', ({ items, text }) => {
    expect(orText(items)).toBe(text);
  });
});

describe('actionWord', () => {
  it.each([
    ['page', 'ask a person'],
    ['clean_memory', 'clean memory'],
  ])('writes %s as %s', (action, text) => {
    expect(actionWord(action)).toBe(text);
  });
});

describe('signOf', () => {
  it('gives each tone a sign of its own', () => {
    const tones: Tone[] = ['good', 'warn', 'bad', 'none'];
    expect(new Set(tones.map(signOf)).size).toBe(4);
  });
});
