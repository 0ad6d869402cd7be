import type { Copy } from '../../flows/replay/history.js';
import { rangeOf, readValue } from '../../intake/read-metrics.js';
import { type ColumnsBuilder, columnsBuilder } from './columns-builder.js';
import type { TakeRecord } from './csv-parser.js';
import { type Faults, faultsOf, quoted } from './faults.js';
import { readCsv } from './read-csv.js';
import { INSTANT, instantReader } from './read-instant.js';
import { type SamplesHeader, samplesHeader } from './samples-header.js';

/** The samples of each component, by its name. */
export type Samples = ReadonlyMap<string, readonly Copy[]>;

type Builders = Map<string, Map<string, ColumnsBuilder>>;

/** Names may be any text that fits on a line: they are looked up nowhere. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a name may not hold
const NAME = /^[^\u0000-\u001f\u007f-\u009f]{1,128}$/;

/** Not what `Number` makes of it: no hexadecimal numbers, and no nothing. */
const DECIMAL = /^\s*[-+]?(?!0[xob])[\d.]/i;

/** Whether a text that is a number begins as plain ones do, so that no closer look is needed. */
function isPlain(text: string): boolean {
  const first = text.charCodeAt(0);
  return (first > 48 && first < 58) || (first === 48 && text.charCodeAt(1) === 46);
}

/** A value as a number; NaN where it is none, or beyond what its metric can be. */
function numberOf(text: string, [least, most]: readonly [number, number]): number {
  const value = Number(text);
  const isValue = value >= least && value <= most && Math.abs(value) < 3.4e38;
  return isValue && (isPlain(text) || DECIMAL.test(text)) ? value : Number.NaN;
}

function valueFault(name: string, text: string): string {
  const refused = DECIMAL.test(text) ? readValue(name, Number(text)) : null;
  return refused === null || refused.ok || Number.isNaN(Number(text))
    ? `${name} is ${quoted(text)}, which is no number (where it is missing, leave it empty)`
    : refused.refusal.detail;
}

/** Takes the records after the header. */
function rowTaker(header: SamplesHeader, builders: Builders, faults: Faults) {
  const metrics = header.metrics.map(({ name, place }) => ({ name, place, range: rangeOf(name) }));
  const names = metrics.map(({ name }) => name);
  const values = new Float64Array(metrics.length);
  const instantOf = instantReader();

  const readValues = (fields: readonly string[]): string | null => {
    for (const [i, { name, place, range }] of metrics.entries()) {
      const text = fields[place] ?? '';
      values[i] = text === '' ? Number.NaN : numberOf(text, range);
      if (text !== '' && Number.isNaN(values[i])) return valueFault(name, text);
    }
    return null;
  };
  const faultOf = (fields: readonly string[], at: number): string | null => {
    if (fields.length !== header.width) {
      return `it has ${fields.length} fields, and the first line ${header.width}`;
    }
    if (!NAME.test(fields[header.component] ?? ''))
      return 'component must be 1 to 128 characters of one line';
    if (!(Math.abs(at) <= 8.64e15)) {
      return `at is ${quoted(fields[header.at] ?? '')} and must be ${INSTANT}`;
    }
    return readValues(fields);
  };
  return (fields: readonly string[], line: number): void => {
    const at = instantOf(fields[header.at] ?? '');
    const fault = faultOf(fields, at);
    if (fault !== null) {
      faults.add(fault, line);
      return;
    }
    const component = fields[header.component] ?? '';
    const instance = fields[header.instance] ?? '';
    const copies = builders.get(component) ?? new Map<string, ColumnsBuilder>();
    if (copies.size === 0) builders.set(component, copies);
    const builder = copies.get(instance) ?? columnsBuilder(names);
    copies.set(instance, builder);
    builder.add(at, values);
  };
}

/**
 * Read a file of samples: `component,at,<metric columns>`, and perhaps `instance`, in any order.
 *
 * @param told - is told from time to time how many rows have been read
 * @throws {Error} in one line, naming the lines that cannot be read; then nothing of it is used
 */
export async function readSamples(file: string, told: (rows: number) => void): Promise<Samples> {
  const builders: Builders = new Map();
  const faults = faultsOf(file);
  let take: TakeRecord | null = null;
  let rows = 0;
  const first = (fields: readonly string[]): TakeRecord => {
    const header = samplesHeader(fields);
    if (typeof header === 'string') throw new Error(`${file} cannot be used: ${header}`);
    return rowTaker(header, builders, faults);
  };
  await readCsv(
    file,
    (fields, line) => {
      if (take === null) {
        take = first(fields);
        return;
      }
      take(fields, line);
      rows += 1;
      if (rows % 500_000 === 0) told(rows);
    },
    faults.add,
  );
  faults.check();
  if (rows === 0) throw new Error(`${file} holds no samples`);
  told(rows);
  return new Map([...builders].map(([name, copies]) => [name, built(copies)]));
}

function built(copies: ReadonlyMap<string, ColumnsBuilder>): Copy[] {
  return [...copies].map(([instance, builder]) => builder.build(instance));
}
