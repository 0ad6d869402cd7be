import { describe, expect, it } from 'vitest';
import type { Action } from '../../../../lib/domain/decide/action.js';
import type { GuardFacts } from '../../../../lib/domain/decide/facts.js';
import { standby } from '../../../../lib/domain/decide/guards/standby.js';
import { facts, NOW, settings } from '../build.js';

const to = (name: string): Action => ({ name: 'fail_over', to: name });
const known = (isReady: boolean) => ({ name: 'shop-eu', isReady, why: 'shop-eu is so' });

describe('standby', () => {
  it.each<[Partial<GuardFacts>, string, string]>([
    [{ action: { name: 'restart' } }, 'pass', 'no standby'],
    [{ action: to('shop-eu'), standby: known(true) }, 'pass', 'shop-eu is so'],
    [{ action: to('shop-eu'), standby: known(false) }, 'refuse', 'shop-eu is so'],
    [{ action: to('cart'), standby: known(true) }, 'refuse', 'cart is not the standby of shop'],
    [{ action: to('shop-eu') }, 'refuse', 'shop-eu is not the standby of shop'],
    [{ action: to('shop'), standby: known(false) }, 'pass', 'back to shop itself'],
    [{ action: to('standby'), executor: 'render_postgres' }, 'pass', 'its platform keeps it'],
    [{ action: to('standby'), executor: 'webhook' }, 'refuse', 'is not the standby of shop'],
  ])('of %j says %s', (given, outcome, says) => {
    const verdict = standby(facts(given), settings(), NOW);
    expect(verdict).toMatchObject({ guard: 'standby', outcome, until: null });
    expect(verdict.why).toContain(says);
  });
});
