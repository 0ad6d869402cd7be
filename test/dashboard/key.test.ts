import { beforeEach, describe, expect, it } from 'vitest';
import {
  forgetKey,
  type KeyPlaces,
  keepKey,
  looksLikeKey,
  memoryPlace,
  readKey,
} from '../../lib/dashboard/key.js';

let places: KeyPlaces;
beforeEach(() => {
  places = { session: memoryPlace(), device: memoryPlace() };
});

const only = (kept: keyof KeyPlaces): string | null =>
  readKey({ session: memoryPlace(), device: places[kept] });

describe('keepKey', () => {
  it('keeps a key in the tab alone, unless told to remember it', () => {
    keepKey(places, 'k', false);
    expect([only('session'), only('device')]).toEqual(['k', null]);
  });

  it('keeps a key on the device alone when told to', () => {
    keepKey(places, 'k', true);
    expect([only('session'), only('device')]).toEqual([null, 'k']);
  });

  it('leaves no earlier key behind', () => {
    keepKey(places, 'old', true);
    keepKey(places, 'new', false);
    expect([only('session'), only('device')]).toEqual(['new', null]);
  });
});

describe('readKey', () => {
  it('finds none at first', () => {
    expect(readKey(places)).toBeNull();
  });

  it.each([true, false])('finds the one that was kept (remembered: %s)', (remember) => {
    keepKey(places, 'k', remember);
    expect(readKey(places)).toBe('k');
  });
});

describe('forgetKey', () => {
  it.each([true, false])('removes it wherever it is (remembered: %s)', (remember) => {
    keepKey(places, 'k', remember);
    forgetKey(places);
    expect(readKey(places)).toBeNull();
  });
});

describe('looksLikeKey', () => {
  it.each([
    ['fs_abc-DEF.123', true],
    ['x'.repeat(512), true],
    ['x'.repeat(513), false],
    ['', false],
    ['two words', false],
    ['line\nbreak', false],
    ['schlüssel', false],
  ])('of %j is %s', (text, yes) => {
    expect(looksLikeKey(text)).toBe(yes);
  });
});
