import { describe, expect, it } from 'vitest';
import { previousVersion, versionsBefore, wentBack } from '../../lib/platforms/version-history.js';

const lived = (text: string) => [...text].map((version) => ({ version }));

describe('previousVersion', () => {
  it.each([
    ['', undefined],
    ['a', undefined],
    ['aa', undefined],
    ['ba', 'a'],
    ['bba', 'a'],
    ['cba', 'b'],
    ['aba', undefined],
    ['abaz', 'z'],
    ['cabaz', 'a'],
    ['cbcba', 'a'],
  ])('of %j, newest first, is %j', (history, version) => {
    expect(previousVersion(lived(history))?.version).toBe(version);
  });
});

describe('versionsBefore', () => {
  it.each([
    ['a', ''],
    ['cba', 'ba'],
    ['dccbba', 'cba'],
    ['cabaz', 'az'],
    ['dcba', 'cba'],
  ])('of %j, newest first, are %j, each once', (history, versions) => {
    const before = versionsBefore(lived(history)).map(({ version }) => version);
    expect(before.join('')).toBe(versions);
  });
});

describe('wentBack', () => {
  it.each([
    ['', false],
    ['a', false],
    ['ba', false],
    ['aa', false],
    ['aba', true],
    ['aaba', true],
    ['bcaba', true],
    ['dcba', false],
  ])('tells of %j, newest first, whether it was a rollback: %s', (history, isBack) => {
    expect(wentBack(lived(history), 0)).toBe(isBack);
  });

  it('believes what says so of itself', () => {
    expect(wentBack([{ version: 'b', isRollback: true }, { version: 'a' }], 0)).toBe(true);
  });
});
