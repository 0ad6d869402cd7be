import { describe, expect, it } from 'vitest';
import { PlatformRef } from '../../../lib/domain/component.js';
import {
  ownStandby,
  type StandbyFact,
  standbyNow,
  standbyOf,
} from '../../../lib/domain/decide/standby.js';
import { ago, NOW, settings } from './build.js';

const fact = (changes: Partial<StandbyFact> = {}): StandbyFact => ({
  name: 'shop-eu',
  isRegistered: true,
  state: 'healthy',
  assessedAt: ago(60),
  hasHealthUrl: true,
  failedProbes: 0,
  hasIncident: false,
  servedBy: null,
  ...changes,
});

describe('standbyNow', () => {
  it.each([
    [{}, true, 'shop-eu is healthy'],
    [{ hasHealthUrl: false }, true, 'shop-eu is healthy'],
    [{ servedBy: 'shop' }, true, 'shop-eu is healthy'],
    [{ assessedAt: ago(180) }, true, 'shop-eu is healthy'],
    [{ state: 'unknown' }, true, 'shop-eu is idle, and its health URL answers'],
    [{ state: 'unknown', hasHealthUrl: false }, false, 'shop-eu is unknown'],
    [{ state: 'degraded' }, false, 'shop-eu is degraded'],
    [{ state: 'failing' }, false, 'shop-eu is failing'],
    [{ state: null }, false, 'shop-eu is unknown'],
    [{ state: null, assessedAt: null }, false, 'shop-eu was never looked at'],
    [{ assessedAt: ago(181) }, false, 'shop-eu was last looked at 3 min 1 s ago'],
    [{ failedProbes: 1 }, false, 'shop-eu has not answered 1 probes in a row'],
    [{ hasIncident: true }, false, 'shop-eu has an open incident'],
    [{ isRegistered: false, state: null }, false, 'shop-eu is not registered'],
    [{ servedBy: 'shop-eu' }, false, 'shop-eu serves already: the last failover led to it'],
  ])('of %j it is ready: %s', (changes, isReady, why) => {
    expect(standbyNow(fact(changes), settings({ intervalS: 60 }), NOW)).toEqual({
      name: 'shop-eu',
      isReady,
      why,
    });
  });
});

describe('ownStandby', () => {
  it('is kept by a database at Render that is highly available, and by nothing else', () => {
    const database = { type: 'render_postgres', postgres_id: 'dpg-a1' };
    const of = (more: object) => ownStandby(PlatformRef.parse({ ...database, ...more }));
    expect(of({ high_availability: true })).toBe('standby');
    expect(of({})).toBeNull();
    expect(ownStandby({ type: 'none' })).toBeNull();
  });
});

describe('standbyOf', () => {
  it('finds that of one component', () => {
    const facts = [
      { ...fact(), componentId: 1 },
      { ...fact({ name: 'cart-eu' }), componentId: 2 },
    ];
    expect(standbyOf(facts, 2, settings(), NOW)?.name).toBe('cart-eu');
    expect(standbyOf(facts, 3, settings(), NOW)).toBeNull();
  });
});
