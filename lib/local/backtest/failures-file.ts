import { faultsOf, quoted } from './faults.js';
import { readCsv } from './read-csv.js';
import { INSTANT, instantReader } from './read-instant.js';

/** When each component really failed, milliseconds since the epoch, by its name. */
export type Failures = ReadonlyMap<string, readonly number[]>;

interface Header {
  readonly component: number;
  readonly at: number;
}

function headerOf(file: string, fields: readonly string[]): Header {
  const names = fields.map((field) => field.trim());
  const missing = ['component', 'at'].find((name) => !names.includes(name));
  if (missing === undefined)
    return { component: names.indexOf('component'), at: names.indexOf('at') };
  throw new Error(`${file} cannot be used: its first line must be component,at`);
}

/**
 * Read a file of failures, `component,at`; further columns are passed over. None at all is an answer, too.
 *
 * @param known - the components of the history; a failure of another is most likely misspelt
 * @throws {Error} in one line, naming the lines that cannot be read
 */
export async function readFailures(file: string, known: ReadonlySet<string>): Promise<Failures> {
  const failures = new Map<string, number[]>();
  const faults = faultsOf(file);
  const instantOf = instantReader();
  let header: Header | null = null;
  const take = ({ component, at }: Header, fields: readonly string[], line: number): void => {
    const name = fields[component] ?? '';
    const instant = instantOf((fields[at] ?? '').trim());
    if (Number.isNaN(instant)) faults.add(`at must be ${INSTANT}`, line);
    else if (!known.has(name)) faults.add(`the history holds no component ${quoted(name)}`, line);
    else failures.set(name, [...(failures.get(name) ?? []), instant]);
  };
  await readCsv(
    file,
    (fields, line) => {
      if (header === null) header = headerOf(file, fields);
      else take(header, fields, line);
    },
    faults.add,
  );
  if (header === null) throw new Error(`${file} is empty: its first line must be component,at`);
  faults.check();
  return failures;
}
