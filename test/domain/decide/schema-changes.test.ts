import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  breakingChanges,
  type KnownSchema,
  type SchemaColumn,
  schemaFit,
} from '../../../lib/domain/decide/schema-changes.js';

const column = (name: string, changes: Partial<SchemaColumn> = {}): SchemaColumn => ({
  table: 'public.orders',
  column: name,
  type: 'integer',
  notNull: false,
  hasDefault: false,
  ...changes,
});

const ID = column('id', { notNull: true, hasDefault: true });
const TOTAL = column('total', { notNull: true });
const NOTE = column('note', { type: 'text' });
const OTHER = column('id', { table: 'billing.bills' });
const BEFORE = [ID, TOTAL, NOTE, OTHER];

describe('breakingChanges', () => {
  it.each<[string, SchemaColumn[], string[]]>([
    ['nothing changed', BEFORE, []],
    ['a table was added', [...BEFORE, column('id', { table: 'public.new' })], []],
    ['a column was added that may be null', [...BEFORE, column('extra')], []],
    [
      'a column was added with a default',
      [...BEFORE, column('extra', { notNull: true, hasDefault: true })],
      [],
    ],
    ['a column may be null by now', [ID, { ...TOTAL, notNull: false }, NOTE, OTHER], []],
    ['a column has a default by now', [ID, { ...TOTAL, hasDefault: true }, NOTE, OTHER], []],
    ['a column may be left out no more, and never might be', [ID, TOTAL, NOTE, OTHER], []],
    ['a table is gone', [ID, TOTAL, NOTE], ['table billing.bills is gone']],
    ['a column is gone', [ID, NOTE, OTHER], ['column orders.total is gone']],
    [
      'a column was renamed',
      [ID, column('sum', { notNull: true }), NOTE, OTHER],
      [
        'column orders.sum is new, must not be null and has no default',
        'column orders.total is gone',
      ],
    ],
    [
      'a column has another type',
      [ID, { ...TOTAL, type: 'bigint' }, NOTE, OTHER],
      ['column orders.total is bigint and was integer'],
    ],
    [
      'a column must not be null any more',
      [ID, TOTAL, { ...NOTE, notNull: true, hasDefault: true }, OTHER],
      ['column orders.note must not be null any more'],
    ],
    [
      'a column has lost its default',
      [{ ...ID, hasDefault: false }, TOTAL, NOTE, OTHER],
      ['column orders.id has lost its default and must not be null'],
    ],
  ])('%s', (_, after, changes) => {
    expect(breakingChanges(BEFORE, after)).toEqual(changes);
  });

  it.each([
    ['character varying(20)', 'character varying(40)'],
    ['character varying(20)', 'text'],
    ['character varying', 'text'],
    ['text', 'character varying'],
    ['numeric(10,2)', 'numeric(12,2)'],
  ])('takes %s for no less as %s', (was, is) => {
    expect(breakingChanges([column('x', { type: was })], [column('x', { type: is })])).toEqual([]);
  });

  it.each([
    ['character varying(20)', 'character varying(10)'],
    ['text', 'character varying(1000)'],
    ['numeric(12,2)', 'numeric(10,2)'],
    ['numeric(10,2)', 'numeric(12,3)'],
    ['numeric(10,2)', 'numeric'],
    ['character varying(20)', 'character varying(20)[]'],
    ['character varying(20)', 'text (computed)'],
    ['integer', 'bigint'],
    ['timestamp without time zone', 'timestamp with time zone'],
    ['text', 'jsonb'],
  ])('takes %s for another type as %s', (was, is) => {
    const changes = breakingChanges([column('x', { type: was })], [column('x', { type: is })]);
    expect(changes).toEqual([`column orders.x is ${is} and was ${was}`]);
  });

  const schemas = fc.uniqueArray(
    fc.record({
      table: fc.constantFrom('public.a', 'public.b', 'other.a'),
      column: fc.constantFrom('x', 'y', 'z', '__proto__'),
      type: fc.constantFrom('text', 'integer'),
      notNull: fc.boolean(),
      hasDefault: fc.boolean(),
    }),
    { selector: ({ table, column: name }) => `${table}.${name}`, maxLength: 12 },
  );

  it('finds none in a shape and itself, in whatever order its columns come', () =>
    fc.assert(
      fc.property(schemas, (schema) => {
        expect(breakingChanges(schema, schema.toReversed())).toEqual([]);
      }),
    ));

  it('finds none where columns were only added that need not be given', () =>
    fc.assert(
      fc.property(schemas, schemas, (schema, more) => {
        const known = new Set(schema.map(({ table, column: name }) => `${table}.${name}`));
        const added = more
          .filter(({ table, column: name }) => !known.has(`${table}.${name}`))
          .map((one) => ({ ...one, notNull: false }));
        expect(breakingChanges(schema, [...schema, ...added])).toEqual([]);
      }),
    ));

  it('finds some wherever a column is gone', () =>
    fc.assert(
      fc.property(schemas, (schema) => {
        fc.pre(schema.length > 0);
        expect(breakingChanges(schema, schema.slice(1))).not.toEqual([]);
      }),
    ));
});

const hour = (hours: number) => new Date(Date.UTC(2026, 2, 1, hours));

const shape = (id: string, from: number, schema: SchemaColumn[]): KnownSchema => ({
  id,
  firstSeen: hour(from),
  lastSeen: hour(from + 1),
  schema,
});

describe('schemaFit', () => {
  const first = shape('1', 0, BEFORE);
  const added = shape('2', 2, [...BEFORE, column('extra')]);
  const dropped = shape('3', 4, [ID, NOTE, OTHER]);
  const later = shape('4', 6, [ID, NOTE, OTHER, column('more')]);

  it.each<[string, KnownSchema[], string | null, string, string]>([
    ['has seen no shape', [], '1', 'unknown', 'nobody has seen it'],
    ['does not know which it ran with', [first], null, 'unknown', 'which one it ran with'],
    ['has forgotten the one it ran with', [added], '1', 'unknown', 'which one it ran with'],
    ['sees the same', [first], '1', 'fits', 'fits, as seen at 2026-03-01T01:00:00.000Z'],
    ['sees only additions', [added, first], '1', 'fits', 'fits, as seen at'],
    [
      'tells since when it does not fit',
      [later, dropped, added, first],
      '1',
      'broken',
      'the schema moved on at 2026-03-01T04:00:00.000Z: column orders.total is gone',
    ],
    ['sees what came after the break fit', [later, dropped, added, first], '3', 'fits', 'fits'],
  ])('%s', (_, shapes, ranWith, kind, why) => {
    const fit = schemaFit(shapes, ranWith);
    expect(fit.kind).toBe(kind);
    expect(fit.why).toContain(why);
  });

  it('says that it may have moved on where it cannot be read now', () => {
    expect(schemaFit([first], '1', true)).toEqual({
      kind: 'fits',
      why: 'fitted at 2026-03-01T01:00:00.000Z, and cannot be read now',
    });
  });

  it('names a few of many changes', () => {
    const fit = schemaFit([shape('2', 2, []), first], '1');
    expect(fit.why).toContain('table billing.bills is gone, table orders is gone');
    const wide = Array.from({ length: 50 }, (_, i) => column(`c${i}`));
    const { why } = schemaFit([shape('2', 2, [column('x')]), shape('1', 0, wide)], '1');
    expect(why).toMatch(/: column orders\.c0 is gone, .*, and 47 more$/);
  });
});
