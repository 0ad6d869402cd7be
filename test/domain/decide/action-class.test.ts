import { describe, expect, it } from 'vitest';
import { PlatformRef } from '../../../lib/domain/component.js';
import { classOf } from '../../../lib/domain/decide/action-class.js';

const github = (rollback: object) => ({ type: 'github', repository: 'acme/shop', rollback });

describe('classOf', () => {
  it.each([
    ['restart', { type: 'render', service_id: 'srv-1' }, 'repeatable'],
    ['rollback', { type: 'render', service_id: 'srv-1' }, 'reversible'],
    ['rollback', { type: 'none' }, 'reversible'],
    ['rollback', github({ by: 'deployment' }), 'reversible'],
    ['rollback', github({ by: 'revert' }), 'reversible'],
    ['rollback', github({ by: 'revert', merge: true }), 'other'],
    ['restart', github({ by: 'revert', merge: true }), 'repeatable'],
    [
      'rollback',
      { type: 'mcp', server: 'ops', rest: github({ by: 'revert', merge: true }) },
      'other',
    ],
    ['rollback', { type: 'mcp', server: 'ops', rest: null }, 'reversible'],
  ] as const)('calls %s at %j %s', (action, place, kind) => {
    expect(classOf(action, PlatformRef.parse(place))).toBe(kind);
  });
});
