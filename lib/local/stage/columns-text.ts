/** Lay rows out in columns as wide as they need be; the first row is the head, above a line. */
export function columnsText(rows: readonly (readonly string[])[]): string {
  const [first = []] = rows;
  const widths = first.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const [head = '', ...rest] = lines;
  return [head, '─'.repeat(Math.max(...lines.map(({ length }) => length))), ...rest].join('\n');
}
