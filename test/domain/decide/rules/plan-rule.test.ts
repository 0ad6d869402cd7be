import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Mode } from '../../../../lib/domain/component.js';
import {
  modeUnder,
  type PlanRule,
  settingsUnder,
} from '../../../../lib/domain/decide/rules/plan-rule.js';
import { settings } from '../build.js';

const rule = (changes: Partial<PlanRule> = {}): PlanRule => ({
  ...{ id: 'id', name: 'night', why: 'a test', made_plan: false },
  ...{ mode: null, raises: false, limits: {} },
  ...changes,
});

describe('modeUnder', () => {
  it.each([
    ['auto', 'approve', 'approve'],
    ['auto', 'observe', 'observe'],
    ['approve', 'auto', 'approve'],
    ['observe', 'auto', 'observe'],
    ['approve', null, 'approve'],
  ] as const)('of %s under %s is %s', (own, mode, result) => {
    expect(modeUnder(own, rule({ mode }), true)).toBe(result);
  });

  it('is the component’s without a rule', () => {
    expect(modeUnder('auto', null, true)).toBe('auto');
  });

  it('allows more only where an administrator has stated it, and while the rule stands', () => {
    const raising = rule({ mode: 'auto', raises: true });
    expect(modeUnder('observe', raising, true)).toBe('auto');
    expect(modeUnder('observe', raising, false)).toBe('observe');
    expect(modeUnder('auto', rule({ mode: 'approve', raises: true }), false)).toBe('approve');
  });

  it('is never more than the component’s otherwise', () => {
    const order = Mode.options;
    const mode = fc.constantFrom(...order);
    return fc.assert(
      fc.property(
        mode,
        fc.option(mode),
        fc.boolean(),
        fc.boolean(),
        (own, said, raises, stands) => {
          const under = modeUnder(own, rule({ mode: said, raises }), stands);
          const isMore = order.indexOf(under) > order.indexOf(own);
          expect(isMore && !(raises && stands)).toBe(false);
        },
      ),
    );
  });
});

describe('settingsUnder', () => {
  it('tightens, and never loosens', () => {
    const own = settings();
    const tight = { restarts_per_hour: 1, rollbacks_per_incident: 0, cooldown_s: 7200 };
    expect(settingsUnder(own, rule({ limits: tight }))).toEqual({
      ...own,
      ...{ restartsPerHour: 1, rollbacksPerIncident: 0 },
      ...{ restartCooldownS: 7200, scaleCooldownS: 7200, rollbackCooldownS: 7200 },
      ...{ cleanupCooldownS: 7200, failoverCooldownS: 7200 },
    });
    const loose = { restarts_per_hour: 900, rollbacks_per_incident: 90, cooldown_s: 0 };
    expect(settingsUnder(own, rule({ limits: loose }))).toEqual(own);
    expect(settingsUnder(own, null)).toBe(own);
  });
});
