/** Lines, and characters of one, that are sent of a list. */
const LINES = 8;
const LINE = 300;

/** Cut plain text to a length in UTF-16 code units, between characters, with a sign that it was cut. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Cut a list to its newest lines, and each of these to a length. */
export const clipped = (lines: readonly string[]): string[] =>
  lines.slice(-LINES).map((line) => clip(line, LINE));
