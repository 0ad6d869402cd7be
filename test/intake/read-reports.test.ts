import { describe, expect, it } from 'vitest';
import { readEvents, readResults } from '../../lib/intake/read-reports.js';

const id = '01890000-0000-7000-8000-000000000001';
const finished_at = '2026-03-01T12:00:00.000Z';
const result = { id, ok: true, result: { success: true }, finished_at };
const event = { kind: 'memory_leak_cleanup', at: finished_at, result: { success: true } };

describe('readResults', () => {
  it('reads what an agent reports, and drops what it does not know', () => {
    const failed = { id, ok: false, error: 'no pool', finished_at, more: 1 };
    expect(readResults([result, failed])).toEqual({
      reports: [
        { id, ok: true, result: { success: true }, finishedAt: new Date(finished_at) },
        { id, ok: false, error: 'no pool', finishedAt: new Date(finished_at) },
      ],
      rejected: [],
    });
  });

  it.each([
    ['no object', 7],
    ['null', null],
    ['no id', { ...result, id: undefined }],
    ['an id that is none', { ...result, id: '1' }],
    ['ok as a text', { ...result, ok: 'true' }],
    ['no time', { ...result, finished_at: undefined }],
    ['a time without a zone', { ...result, finished_at: '2026-03-01T12:00:00' }],
    ['a result that is a list', { ...result, result: [1] }],
    ['a result that is too large', { ...result, result: { a: 'x'.repeat(8192) } }],
    ['an error that is too long', { ...result, error: 'x'.repeat(2001) }],
  ])('names by its place what has %s, and keeps its neighbours', (_, bad) => {
    const { reports, rejected } = readResults([result, bad, result]);
    expect(reports).toHaveLength(2);
    expect(rejected).toEqual([{ index: 1, code: 'bad_result', detail: expect.any(String) }]);
  });
});

describe('readEvents', () => {
  it('reads what an agent did by itself', () => {
    expect(readEvents([event]).reports).toEqual([
      { kind: 'memory_leak_cleanup', at: new Date(finished_at), result: { success: true } },
    ]);
  });

  it.each([
    ['a kind that does not exist', { ...event, kind: 'service_restart' }],
    ['no result', { ...event, result: undefined }],
    ['no time', { ...event, at: 1 }],
  ])('names what has %s', (_, bad) => {
    expect(readEvents([bad, event])).toMatchObject({
      reports: [{ kind: 'memory_leak_cleanup' }],
      rejected: [{ index: 0, code: 'bad_event' }],
    });
  });
});
