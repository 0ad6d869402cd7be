/** An instant for a person: minutes are enough, and the zone is always the same. */
export function instantText(at: Date): string {
  const text = at.toISOString();
  const isWhole = text.endsWith(':00.000Z');
  return `${text.slice(0, 10)} ${isWhole ? text.slice(11, 16) : text.slice(11, 19)}Z`;
}

/** Where something began and ended. */
export function spanText(from: Date, to: Date): string {
  const [begin, end] = [instantText(from), instantText(to)];
  return begin.slice(0, 10) === end.slice(0, 10)
    ? `${begin.slice(0, -1)}–${end.slice(11)}`
    : `${begin} – ${end}`;
}

/** A number for a table; a dash where there is none. */
export function numberText(value: number | null, digits = 2): string {
  return value?.toFixed(digits) ?? '–';
}

/** A table of text in columns, the first flush left and the others flush right. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  const pad = (cell: string, i: number): string =>
    i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0);
  return rows.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

/** A list that says how many it leaves out. */
export function listText(all: readonly string[], most: number): string {
  const left = all.length - most;
  return left > 0 ? `${all.slice(0, most).join(', ')} and ${left} more` : all.join(', ');
}
