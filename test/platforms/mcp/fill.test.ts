import { describe, expect, it } from 'vitest';
import type { Action } from '../../../lib/domain/decide/action.js';
import { McpRef } from '../../../lib/domain/platform-refs/mcp.js';
import { Open } from '../../../lib/platforms/mcp/arguments.js';
import { fill, openValues, unheard, valuesOf } from '../../../lib/platforms/mcp/fill.js';

const values = { app: 'shop', count: 2, list: ['a'], of: { x: null }, gone: undefined };

describe('fill', () => {
  it.each([
    [{ a: '{{app}}' }, { a: 'shop' }],
    [{ a: 'is {{ app }}-{{count}}!' }, { a: 'is shop-2!' }],
    [{ a: '{{count}}' }, { a: 2 }],
    [
      { a: '{{list}}', b: ['{{of}}'] },
      { a: ['a'], b: [{ x: null }] },
    ],
    [{ a: { b: [{ c: '{{app}}' }] } }, { a: { b: [{ c: 'shop' }] } }],
    [
      { a: '{{gone?}}', b: { c: '{{nothing?}}' }, d: ['{{gone?}}', 1] },
      { b: {}, d: [1] },
    ],
    [{ a: 'x{{gone?}}y' }, { a: 'xy' }],
    [
      { a: 1, b: null, c: true, d: '{app}', e: '{{1}}' },
      { a: 1, b: null, c: true, d: '{app}', e: '{{1}}' },
    ],
  ])('makes %j into %j', (template, filled) => {
    expect(fill(template, values)).toEqual(filled);
  });

  it.each([
    [{ a: '{{gone}}' }, 'the argument a needs {{gone}}'],
    [{ a: { b: ['x {{nothing}}'] } }, 'the argument a.b[0] needs {{nothing}}'],
    [{ a: '{{constructor}}' }, 'needs {{constructor}}'],
  ])('refuses %j', (template, message) => {
    expect(() => fill(template, values)).toThrow(message);
  });

  it('fills in nothing that a value holds', () => {
    expect(fill({ a: '{{app}}' }, { app: '{{count}}', count: 1 })).toEqual({ a: '{{count}}' });
  });
});

const target = McpRef.parse({
  type: 'mcp',
  server: 'ops',
  parameters: { owner: 'acme', recovery_id: 'forged', component: 'forged' },
});
const of = (action: Action) =>
  valuesOf({ recoveryId: 'r-1', component: 'shop', action, byPerson: false }, target);

describe('valuesOf', () => {
  it('lets no parameter take the place of what the recovery is', () => {
    expect(of({ name: 'restart' })).toMatchObject({
      owner: 'acme',
      recovery_id: 'r-1',
      component: 'shop',
      action: 'restart',
    });
  });

  it.each<[Action, unknown]>([
    [{ name: 'rollback', rollback_type: 'deployment' }, 'previous'],
    [{ name: 'rollback', rollback_type: 'deployment', to: 'v1' }, 'v1'],
    [{ name: 'scale', to: 3 }, 3],
    [{ name: 'restart' }, undefined],
  ])('of %j knows where to', (action, to) => {
    expect(of(action)['to']).toEqual(to);
  });
});

describe('openValues', () => {
  it('knows the types before the call', () => {
    expect(openValues('scale', 'shop', target)['to']).toEqual(new Open('integer'));
    expect(openValues('rollback', 'shop', target)['to']).toEqual(new Open('string'));
    expect(openValues('restart', 'shop', target)['to']).toBeUndefined();
    expect(fill({ a: 'by {{recovery_id}}' }, openValues('restart', 'shop', target))).toEqual({
      a: new Open('string'),
    });
  });
});

describe('unheard', () => {
  const template = { id: '{{app}}', version: 'v-{{ to }}' };
  it.each([
    [{ name: 'restart' }, null],
    [{ name: 'restart', instance: 'a' }, 'instance'],
    [{ name: 'rollback', rollback_type: 'deployment', to: 'v1' }, null],
    [{ name: 'rollback', rollback_type: 'config' }, 'rollback_type'],
  ] as const)('%j lacks %s', (action, lost) => expect(unheard(action, template)).toBe(lost));

  it('lacks a version that the template has no place for, unless it is the one before', () => {
    const to = (version: string) =>
      unheard({ name: 'rollback', rollback_type: 'deployment', to: version }, { id: '{{app}}' });
    expect(to('v1')).toBe('to');
    expect(to('previous')).toBeNull();
  });
});
