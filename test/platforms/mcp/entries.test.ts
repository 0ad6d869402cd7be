import { describe, expect, it } from 'vitest';
import type { McpMapping } from '../../../lib/domain/platform-refs/mcp.js';
import { endOf, entryOf } from '../../../lib/platforms/mcp/entries.js';

type Look = NonNullable<McpMapping['look']>;
const look = (given: Partial<Look>): Look => ({
  tool: 'list',
  arguments: {},
  list: null,
  where: {},
  created: null,
  marked: null,
  ended: null,
  ...given,
});
const SINCE = new Date('2026-03-02T00:00:10Z');
const find = (given: Partial<Look>, data: unknown) => entryOf(look(given), data, 'r-1', SINCE);
const at = (id: number, created: unknown, more: object = {}) => ({ id, run: { created }, ...more });

describe('entryOf', () => {
  it.each([
    ['2026-03-02T00:00:10Z', true],
    ['2026-03-02T00:00:08Z', true],
    ['2026-03-02T00:00:07.999Z', false],
    [SINCE.getTime() / 1000, true],
    [SINCE.getTime(), true],
    [SINCE.getTime() - 2001, false],
    ['soon', false],
    [null, false],
    [undefined, false],
  ])('takes one that was made at %j for its own: %j', (created, isOurs) => {
    const found = find({ created: 'run.created' }, [at(1, created)]);
    expect(found === undefined).toBe(!isOurs);
  });

  it('takes the oldest since the call', () => {
    const entries = [
      at(3, '2026-03-02T00:02:00Z'),
      at(2, '2026-03-02T00:01:00Z'),
      at(1, '2026-03-01T00:00:00Z'),
    ];
    expect(find({ created: 'run.created' }, entries)).toMatchObject({ id: 2 });
  });

  it.each([
    ['for r-1, please', true],
    [{ recovery: 'r-1' }, true],
    ['for r-2', false],
    [undefined, false],
  ])('knows %j for its mark: %j', (note, isOurs) => {
    expect(find({ marked: 'note' }, [{ note }]) === undefined).toBe(!isOurs);
  });

  it('looks where the mapping says, and at what it says', () => {
    const given = { list: 'data.runs', where: { 'run.kind': 'api', n: 1 }, marked: 'note' };
    const entry = (kind: string, n: unknown) => ({ note: 'r-1', run: { kind }, n });
    const data = { data: { runs: [entry('push', 1), entry('api', '1'), entry('api', 1)] } };
    expect(find(given, data)).toEqual(entry('api', 1));
  });

  it('takes a single answer for the entry', () => {
    expect(find({ marked: 'note' }, { note: 'r-1' })).toEqual({ note: 'r-1' });
  });

  it.each([[undefined], [{ runs: 1 }], [{}], [{ runs: ['x'] }], ['text']])(
    'does not know what %j means',
    (data) => {
      expect(find({ list: 'runs', marked: 'note' }, data)).toBeNull();
    },
  );
});

describe('endOf', () => {
  const ended = { at: 'run.end', success: ['ok', 0], failed: ['bad', null] };

  it.each([
    ['ok', true],
    [0, true],
    ['bad', false],
    [null, false],
  ])('takes %j for success: %j', (end, success) => {
    expect(endOf(look({ ended }), { run: { end } })).toEqual({ success, word: String(end) });
  });

  it.each([['running'], [undefined], ['0']])('waits while it is %j', (end) => {
    expect(endOf(look({ ended }), { run: { end } })).toBeNull();
  });

  it('takes what is there for done where nothing tells its end', () => {
    expect(endOf(look({}), {})).toEqual({ success: true, word: 'done' });
  });
});
