/** One line of the bench's table. */
export interface Line {
  readonly what: string;
  /** The median, with its unit. */
  readonly median: string;
  /** The smallest and the largest, in the same unit. */
  readonly spread: string;
  /** What it is measured against. */
  readonly against: string;
  readonly ratio: string;
  readonly note: string;
}

/** Median, smallest and largest of what was measured. */
export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Sum measurements up. @throws {RangeError} when there are none */
export function summary(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (i: number): number => sorted[i] ?? Number.NaN;
  if (sorted.length === 0) throw new RangeError('nothing was measured');
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    least: at(0),
    most: at(sorted.length - 1),
  };
}

/** Write a number with thousands apart, and as many decimals as are worth reading. */
export function figure(value: number, unit: string): string {
  const decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
  const text = value.toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return `${text} ${unit}`;
}

/** The median and the spread of a summary, as a line shows them. */
export function figures({ median, least, most }: Summary, unit: string) {
  return {
    median: figure(median, unit),
    spread: `${figure(least, '').trim()} – ${figure(most, '').trim()}`,
  };
}

const HEAD: Line = {
  what: 'what',
  median: 'median',
  spread: 'least – most',
  against: 'against',
  ratio: 'ratio',
  note: 'note',
};

const COLUMNS = ['what', 'median', 'spread', 'against', 'ratio', 'note'] as const;

/** Lay lines out as one table. */
export function table(lines: readonly Line[]): string {
  const all = [HEAD, ...lines];
  const widths = COLUMNS.map((name) => Math.max(...all.map((line) => line[name].length)));
  const write = (line: Line): string =>
    COLUMNS.map((name, i) => line[name].padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return all.map(write).join('\n');
}
