import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFailures } from '../../../lib/local/backtest/failures-file.js';
import { readLimits } from '../../../lib/local/backtest/limits-file.js';
import { type Folder, makeFolder } from './files.js';

let folder: Folder;

beforeAll(async () => {
  folder = await makeFolder();
});

afterAll(() => folder.remove());

const AT = '2026-01-05T00:00:00Z';

describe('readLimits', () => {
  const read = async (text: string) => readLimits(await folder.file('limits.json', text));

  it('reads limits by component and metric', async () => {
    const limits = await read(
      '\uFEFF{"shop": {"latency_ms": {"fail": 800}, "depth": {"warn": 5}}}',
    );
    expect(limits.get('shop')).toEqual({ latency_ms: { fail: 800 }, depth: { warn: 5 } });
    expect((await read('{}')).size).toBe(0);
  });

  it.each([
    { name: 'no JSON', text: '{', why: /limits\.json is no JSON/ },
    { name: 'a list', text: '[]', why: /limits\.json cannot be used: .*expected record/ },
    { name: 'a limit below 0', text: '{"a":{"b":{"fail":-1}}}', why: /a\.b\.fail: / },
    { name: 'another key', text: '{"a":{"b":{"max":1}}}', why: /a\.b: .*max/ },
  ])('refuses $name', async ({ text, why }) => {
    await expect(read(text)).rejects.toThrow(why);
  });
});

describe('readFailures', () => {
  const known = new Set(['shop', 'till']);
  const read = async (text: string) => {
    const failures = await readFailures(await folder.file('failures.csv', text), known);
    return [...failures].map(([name, at]) => [name, at.map((ms) => new Date(ms).toISOString())]);
  };

  it('reads failures by component, and passes over what else stands there', async () => {
    const text = `component,why,at\nshop,oom,${AT}\ntill,,1767571200\nshop,oom,2026-01-06T00:00:00Z\n`;
    expect(await read(text)).toEqual([
      ['shop', ['2026-01-05T00:00:00.000Z', '2026-01-06T00:00:00.000Z']],
      ['till', ['2026-01-05T00:00:00.000Z']],
    ]);
  });

  it('takes none at all as an answer', async () => {
    expect(await read('component,at\n')).toEqual([]);
  });

  it.each([
    { name: 'an empty file', text: '', why: /failures\.csv is empty/ },
    { name: 'other columns', text: 'name,at\n', why: /must be component,at/ },
    { name: 'an unknown component', text: `component,at\nshpo,${AT}\n`, why: /line 2: .*"shpo"/ },
    { name: 'a time that is none', text: 'component,at\nshop,yesterday\n', why: /line 2: at must/ },
  ])('refuses $name', async ({ text, why }) => {
    await expect(read(text)).rejects.toThrow(why);
  });
});
