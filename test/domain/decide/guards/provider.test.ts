import { describe, expect, it } from 'vitest';
import { provider } from '../../../../lib/domain/decide/guards/provider.js';
import { ACTIONS, facts, NOW, settings } from '../build.js';

const outcome = (kind: 'well' | 'degraded' | 'unknown' | 'out', action = ACTIONS[0]) =>
  provider(
    facts({ provider: { kind, why: 'so it is' }, ...(action === undefined ? {} : { action }) }),
    settings(),
    NOW,
  ).outcome;

describe('provider', () => {
  it('lets a provider that is well or slow pass, and leaves one that is unknown to a person', () => {
    expect(outcome('well')).toBe('pass');
    expect(outcome('degraded')).toBe('pass');
    expect(outcome('unknown')).toBe('ask');
  });

  it.each(ACTIONS)('waits an outage out, but may fail over: $name', (action) => {
    expect(outcome('out', action)).toBe(action.name === 'fail_over' ? 'pass' : 'refuse');
  });
});
