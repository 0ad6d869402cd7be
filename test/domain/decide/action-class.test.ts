import { describe, expect, it } from 'vitest';
import { PlatformRef } from '../../../lib/domain/component.js';
import { classOf } from '../../../lib/domain/decide/action-class.js';

const github = (rollback: object) => ({ type: 'github', repository: 'acme/shop', rollback });

const WEBHOOK = { type: 'webhook', target: 'shop', actions: ['rollback', 'scale'] };
const tool = (action: string) => ({
  type: 'mcp',
  server: 'ops',
  actions: { [action]: { tool: 'do_it', arguments: {} } },
});

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
    ['rollback', github({ by: 'workflow', workflow: 'back.yml' }), 'other'],
    [
      'rollback',
      github({ by: 'workflow', workflow: 'back.yml', version_input: 'to' }),
      'reversible',
    ],
    ['rollback', WEBHOOK, 'other'],
    ['scale', WEBHOOK, 'repeatable'],
    ['rollback', { ...WEBHOOK, takes_back: true }, 'reversible'],
    ['scale', { ...WEBHOOK, takes_back: true }, 'reversible'],
    ['fail_over', WEBHOOK, 'reversible'],
    ['restart', WEBHOOK, 'repeatable'],
    ['rollback', tool('rollback'), 'other'],
    ['scale', tool('scale'), 'repeatable'],
    ['restart', tool('rollback'), 'repeatable'],
    ['fail_over', { type: 'render_postgres', postgres_id: 'dpg-a1' }, 'other'],
    ['restart', { type: 'render_postgres', postgres_id: 'dpg-a1' }, 'repeatable'],
  ] as const)('calls %s at %j %s', (action, place, kind) => {
    expect(classOf(action, PlatformRef.parse(place))).toBe(kind);
  });
});
