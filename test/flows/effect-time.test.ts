import { describe, expect, it } from 'vitest';
import {
  effectAt,
  effectNotes,
  keptEffect,
  lateEffect,
  resetsOf,
} from '../../lib/flows/effect-time.js';
import { ago, NOW, recovery } from '../domain/decide/build.js';

const done = (endedAt: Date | null = null) => ({ kind: 'done', result: {}, endedAt }) as const;
const SLOW = { intervalS: 60 };
const acted = (changes = {}) => recovery({ actedAt: ago(600), state: 'verifying', ...changes });

describe('effectAt', () => {
  it('is the call, until a later end is known', () => {
    expect(effectAt(acted())).toEqual(ago(600));
    const proof = { effect_at: ago(100).toISOString() };
    expect(effectAt(acted({ proof }))).toEqual(ago(100));
  });
});

describe('lateEffect', () => {
  const late = (given: object, reported: Parameters<typeof lateEffect>[1]) =>
    lateEffect(acted(given), reported, SLOW, NOW);

  it('is the end that the executor tells, never one that is still to come', () => {
    expect(late({}, done(ago(120)))).toEqual(ago(120));
    expect(late({}, done(ago(-500)))).toEqual(NOW);
  });

  it('is now where the executor was at work before and tells no end', () => {
    expect(late({ proof: { pending_at: ago(30).toISOString() } }, done())).toEqual(NOW);
    expect(late({ proof: { pending_at: ago(30).toISOString() } }, done(ago(590)))).toEqual(NOW);
    const since = { proof: { pending_at: ago(90).toISOString() } };
    expect(late(since, done(ago(60)))).toEqual(ago(60));
  });

  it('is no news soon after the call, twice, while it is pending, of an undo, or of a failure', () => {
    expect(late({}, done())).toBeNull();
    expect(late({}, done(ago(560)))).toBeNull();
    expect(late({ proof: { effect_at: ago(90).toISOString() } }, done(ago(80)))).toBeNull();
    expect(late({ proof: { pending_at: ago(30).toISOString() } }, { kind: 'pending' })).toBeNull();
    expect(late({ origin: 'undo' }, done(ago(120)))).toBeNull();
    expect(late({}, { kind: 'failed', why: 'x', result: null })).toBeNull();
  });
});

describe('resetsOf', () => {
  it('tells each instant at which the window began anew, and since when that was known', () => {
    expect(resetsOf({ actedAt: null, proof: null })).toEqual([]);
    const call = { knownAt: ago(600), at: ago(600) };
    expect(resetsOf({ actedAt: ago(600), proof: null })).toEqual([call]);
    const proof = keptEffect({ verdict: 'succeeded', ...effectNotes(ago(200), ago(60)) });
    expect(resetsOf({ actedAt: ago(600), proof })).toEqual([
      call,
      { knownAt: ago(60), at: ago(200) },
    ]);
    expect(keptEffect({ verdict: 'succeeded' })).toEqual({});
  });
});
