/** One line of a text, by its number counted from 0. */
export interface Line {
  readonly index: number;
  readonly text: string;
}

/** Go through the lines of a text that are not blank, one at a time: there may be millions of them. */
export function* ndjsonLines(text: string): Generator<Line> {
  let index = 0;
  for (let start = 0; start < text.length; index += 1) {
    const end = text.indexOf('\n', start);
    const stop = end === -1 ? text.length : end;
    const line = text.slice(start, stop).trim();
    if (line !== '') yield { index, text: line };
    start = stop + 1;
  }
}
