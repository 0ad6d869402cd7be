import { describe, expect, it } from 'vitest';
import { leftAt, takeBack, whereIs } from '../../lib/platforms/kept-config.js';
import type { Variables } from '../../lib/platforms/platform.js';

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

describe('leftAt', () => {
  it.each([
    ['nothing is changed', KEPT.before, { kind: 'not_done' }],
    [
      'all is changed',
      KEPT.after,
      { kind: 'partly', why: 'changed already, and not live yet: A, B, GONE, MADE' },
    ],
    [
      'some is changed',
      { ...KEPT.before, A: 'new' },
      { kind: 'partly', why: 'changed already, the others not yet: A' },
    ],
    ['somebody has changed one', { ...KEPT.after, A: 'other' }, { kind: 'unknown' }],
  ])('names what is left when %s', (_, now, left) => {
    expect(leftAt(KEPT, now)).toMatchObject(left);
  });

  it('has nothing to put back where nothing was to change', () => {
    expect(leftAt({ before: { A: '1' }, after: { A: '1' } }, { A: '1' })).toEqual({
      kind: 'not_done',
    });
  });
});

describe('takeBack', () => {
  const step = {
    request: {
      recoveryId: 'r1',
      component: 'shop',
      target: { type: 'none' },
      action: { name: 'restart' },
      byPerson: false,
    },
    now: new Date(0),
    settleMs: 0,
    targetId: 'srv-1',
  } as const;

  /** A store that keeps what it is told, and how often. */
  function storeOf(variables: Variables) {
    const store = { now: variables, writes: 0 };
    const write = async (wanted: Variables) => {
      store.writes += 1;
      store.now = wanted;
    };
    return { store, kept: KEPT, read: async () => store.now, write };
  }

  it.each([
    ['all of it', KEPT.after],
    ['what is changed of it', { ...KEPT.before, A: 'new' }],
  ])('puts %s back, and writes nothing the second time', async (_, now) => {
    const { store, kept, ...io } = storeOf(now);
    await takeBack(step, { kept, store: io });
    await takeBack(step, { kept, store: io });
    expect(store).toEqual({ now: KEPT.before, writes: 1 });
  });

  it('writes nothing over what somebody has changed', async () => {
    const { store, kept, ...io } = storeOf({ ...KEPT.after, LATER: 'x' });
    await expect(takeBack(step, { kept, store: io })).rejects.toMatchObject({ code: 'refused' });
    expect(store.writes).toBe(0);
  });
});
