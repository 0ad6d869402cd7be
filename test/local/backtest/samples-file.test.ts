import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSamples } from '../../../lib/local/backtest/samples-file.js';
import { type Folder, makeFolder } from './files.js';

let folder: Folder;
let files = 0;

beforeAll(async () => {
  folder = await makeFolder();
});

afterAll(() => folder.remove());

const AT = '2026-01-05T00:00:00Z';
const MS = Date.parse(AT);

async function read(text: string) {
  files += 1;
  const samples = await readSamples(await folder.file(`${files}.csv`, text), () => undefined);
  return [...samples].map(([name, copies]) => ({
    name,
    copies: copies.map(({ instance, at, columns }) => ({
      instance,
      at: [...at].map((ms) => ms - MS),
      columns: Object.fromEntries(columns.map(({ metric, values }) => [metric, [...values]])),
    })),
  }));
}

describe('readSamples', () => {
  it('reads rows in any order, and of two for one instant the worse values', async () => {
    const text = [
      'at,memory_usage,component,cpu_usage',
      '2026-01-05T00:02:00Z,52,shop,3',
      `${MS / 1000 + 60},,shop,2`,
      '2026-01-05T01:00:00+01:00,50,shop,1',
      `${MS},40,shop,7`,
      `${MS},51,"other, one",`,
    ];
    expect(await read(text.join('\n'))).toEqual([
      {
        name: 'shop',
        copies: [
          {
            instance: '',
            at: [0, 60_000, 120_000],
            columns: { memory_usage: [50, Number.NaN, 52], cpu_usage: [7, 2, 3] },
          },
        ],
      },
      { name: 'other, one', copies: [{ instance: '', at: [0], columns: { memory_usage: [51] } }] },
    ]);
  });

  it('keeps copies apart where they are named', async () => {
    const [shop] = await read(
      `component,at,instance,depth\r\nshop,${AT},a,1\r\nshop,${AT},b,2\r\nshop,${AT},,3\r\n`,
    );
    expect(shop?.copies.map(({ instance, columns }) => [instance, columns])).toEqual([
      ['a', { depth: [1] }],
      ['b', { depth: [2] }],
      ['', { depth: [3] }],
    ]);
  });

  it('reads names that mean something to JavaScript, and rows without any value', async () => {
    const [proto, empty] = await read(
      `component,at,depth\n__proto__,${AT},1\nconstructor,${AT},\n`,
    );
    expect([proto?.name, empty?.name]).toEqual(['__proto__', 'constructor']);
    expect(empty?.copies).toEqual([{ instance: '', at: [0], columns: {} }]);
  });

  it('reads more rows than it first makes room for', async () => {
    const rows = Array.from(
      { length: 3000 },
      (_, i) => `shop,${MS + i},${i % 100},${i < 2000 ? '' : 1}`,
    );
    const [shop] = await read(['component,at,cpu_usage,depth', ...rows.toReversed()].join('\n'));
    const columns = shop?.copies[0]?.columns;
    expect(columns?.['cpu_usage']).toEqual(rows.map((_, i) => i % 100));
    expect(columns?.['depth']).toEqual(rows.map((_, i) => (i < 2000 ? Number.NaN : 1)));
  });

  it.each([
    { name: 'an empty file', text: '', why: /holds no samples/ },
    { name: 'a header alone', text: 'component,at,cpu_usage\n', why: /holds no samples/ },
    { name: 'no header', text: `shop,${AT},1\n`, why: /first line.*there is no component/ },
    { name: 'no time', text: 'component,cpu_usage\n', why: /there is no at/ },
    { name: 'no metric', text: 'component,at\n', why: /no column of a metric/ },
    { name: 'a column twice', text: 'component,at,depth,depth\n', why: /"depth" is there twice/ },
    { name: 'a column of no name', text: 'component,at,depth,\n', why: /"" is no metric name/ },
    {
      name: 'a built-in name',
      text: 'component,at,toString\n',
      why: /"toString" is no metric name/,
    },
  ])('refuses $name', async ({ text, why }) => {
    await expect(read(text)).rejects.toThrow(why);
  });

  it.each([
    { name: 'too few fields', row: `shop,${AT}`, why: 'it has 2 fields, and the first line 4' },
    { name: 'too many fields', row: `shop,${AT},1,2,3`, why: 'it has 5 fields' },
    { name: 'no component', row: `,${AT},1,2`, why: 'component must be' },
    { name: 'a component of two lines', row: `"a\nb",${AT},1,2`, why: 'component must be' },
    { name: 'a terminal’s commands', row: `a\u009b2J,${AT},1,2`, why: 'component must be' },
    { name: 'no time', row: 'shop,,1,2', why: 'at is "" and must be ISO 8601' },
    {
      name: 'a time without a zone',
      row: 'shop,2026-10-25T02:30:00,1,2',
      why: 'at is "2026-10-25T02:30:00" and must be ISO 8601 with a zone',
    },
    { name: 'a time that is none', row: 'shop,1e99,1,2', why: 'at is "1e99"' },
    { name: 'a word', row: `shop,${AT},high,2`, why: 'cpu_usage is "high", which is no number' },
    { name: 'NaN', row: `shop,${AT},NaN,2`, why: 'cpu_usage is "NaN"' },
    { name: 'a blank', row: `shop,${AT}, ,2`, why: 'cpu_usage is " "' },
    { name: 'hexadecimals', row: `shop,${AT},0x10,2`, why: 'cpu_usage is "0x10"' },
    { name: 'infinity', row: `shop,${AT},1,1e999`, why: 'depth is not a finite number' },
    { name: 'more than all', row: `shop,${AT},101,2`, why: 'cpu_usage must be 0 to 100, got 101' },
    { name: 'what cannot be stored', row: `shop,${AT},1,1e39`, why: 'depth is larger than 3.4e38' },
    { name: 'a stray quote', row: `shop,${AT},1"",2`, why: 'a quote stands in the wrong place' },
  ])('names the line of $name', async ({ row, why }) => {
    const text = `component,at,cpu_usage,depth\nshop,${AT},1,2\n${row}\n`;
    await expect(read(text)).rejects.toThrow(`.csv cannot be used: line 3: ${why}`);
  });

  it('names a few lines, and counts the rest', async () => {
    const text = `component,at,depth\n${`shop,${AT},x\n`.repeat(10)}`;
    await expect(read(text)).rejects.toThrow(/line 2: .*line 4: .*; and 7 more$/);
  });

  it('says so of a file that is not there, and of a folder', async () => {
    const none = readSamples(path.join(folder.path, 'none.csv'), () => undefined);
    await expect(none).rejects.toThrow(/none\.csv cannot be read \(ENOENT\)/);
    await expect(readSamples(folder.path, () => undefined)).rejects.toThrow(/\(EISDIR\)/);
  });
});
