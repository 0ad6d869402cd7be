import { describe, expect, it } from 'vitest';
import { whereIs } from '../../lib/platforms/kept-config.js';

const KEPT = {
  before: { A: 'old', B: 'old', SAME: 'x', GONE: 'x' },
  after: { A: 'new', B: 'new', SAME: 'x', MADE: 'x' },
};

describe('whereIs', () => {
  it.each([
    ['before', KEPT.before],
    ['after', KEPT.after],
    ['partly', { A: 'new', B: 'old', SAME: 'x', GONE: 'x' }],
    ['partly', { A: 'new', B: 'new', SAME: 'x' }],
    ['partly', { A: 'old', B: 'old', SAME: 'x', GONE: 'x', MADE: 'x' }],
    ['elsewhere', { A: 'other', B: 'new', SAME: 'x', MADE: 'x' }],
    ['elsewhere', { ...KEPT.before, SAME: 'y' }],
    ['elsewhere', { ...KEPT.after, LATER: 'x' }],
    ['elsewhere', {}],
  ])('tells %s', (where, now) => {
    expect(whereIs(KEPT, now)).toBe(where);
  });

  it('is after where nothing was to change', () => {
    expect(whereIs({ before: { A: '1' }, after: { A: '1' } }, { A: '1' })).toBe('after');
  });
});
