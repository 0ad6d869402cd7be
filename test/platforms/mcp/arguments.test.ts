import { describe, expect, it } from 'vitest';
import { argumentFault, Open } from '../../../lib/platforms/mcp/arguments.js';

const SCHEMA = {
  type: 'object',
  properties: {
    app: { type: 'string' },
    count: { type: 'integer' },
    share: { type: ['number', 'null'] },
    how: { enum: ['rolling', 'at_once'] },
    inputs: { type: 'object', properties: {} },
    filter: { type: 'object', properties: { branch: { type: 'string' } }, required: ['branch'] },
    tags: { type: 'array', items: { type: 'string' } },
    fixed: { const: 1 },
  },
  required: ['app'],
};

describe('argumentFault', () => {
  it.each([
    [{ app: 'shop' }],
    [{ app: 'shop', count: 3, share: 0.5, how: 'rolling', tags: ['a'], fixed: 1 }],
    [{ app: 'shop', share: null, share2: undefined }],
    [{ app: 'shop', inputs: { anything: 1 }, filter: { branch: 'main' } }],
    [{ app: new Open('string'), count: new Open('integer'), share: new Open('integer') }],
    [{ app: 'shop', how: new Open('string') }],
  ])('finds nothing wrong with %j', (given) => {
    const { share2: _, ...rest } = { share2: undefined, ...given };
    expect(argumentFault(SCHEMA, rest)).toBeNull();
  });

  it.each([
    [{}, 'the argument app is missing'],
    [{ app: 1 }, 'the argument app must be of type string, not integer'],
    [{ app: 'shop', count: 1.5 }, 'the argument count must be of type integer, not number'],
    [{ app: 'shop', count: '1' }, 'the argument count must be of type integer, not string'],
    [{ app: 'shop', share: 'x' }, 'the argument share must be of type number or null, not string'],
    [{ app: 'shop', how: 'never' }, 'the argument how must be one of ["rolling","at_once"]'],
    [{ app: 'shop', fixed: 2 }, 'the argument fixed must be one of [1]'],
    [{ app: 'shop', ap: 'x' }, 'the argument ap is unknown'],
    [{ app: 'shop', filter: {} }, 'the argument filter.branch is missing'],
    [{ app: 'shop', filter: { branch: 'x', b: 1 } }, 'the argument filter.b is unknown'],
    [{ app: 'shop', tags: ['a', 1] }, 'the argument tags[1] must be of type string, not integer'],
    [{ app: 'shop', tags: {} }, 'the argument tags must be of type array, not object'],
    [{ app: 'shop', inputs: [] }, 'the argument inputs must be of type object, not array'],
    [{ app: new Open('integer') }, 'the argument app must be of type string, not integer'],
    [[], 'the arguments must be of type object, not array'],
  ])('says what is wrong with %j', (given, fault) => {
    expect(argumentFault(SCHEMA, given)).toBe(fault);
  });

  it.each([
    [{ type: 'object', properties: { a: {} }, additionalProperties: true }],
    [{ type: 'object', properties: { a: {} }, additionalProperties: { type: 'string' } }],
    [{ type: 'object', properties: { a: {} }, patternProperties: { '^x': {} } }],
    [{ type: 'object' }],
    [{ anyOf: [{ required: ['b'] }] }],
    [true],
    ['no schema'],
    [{ type: 7 }],
  ])('leaves to the server what %j says', (schema) => {
    expect(argumentFault(schema, { b: 'x' })).toBeNull();
  });

  it('lets an object be closed that names nothing', () => {
    const closed = { type: 'object', additionalProperties: false };
    expect(argumentFault(closed, { b: 1 })).toBe('the argument b is unknown');
  });

  it('is not led astray by names that objects have by themselves', () => {
    expect(argumentFault(SCHEMA, JSON.parse('{"app":"x","__proto__":1}'))).toBe(
      'the argument __proto__ is unknown',
    );
    expect(argumentFault(SCHEMA, { app: 'x', toString: 'x' })).toBe(
      'the argument toString is unknown',
    );
  });
});
