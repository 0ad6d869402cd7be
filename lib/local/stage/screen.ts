/** Where the demo tells what happens. */
export interface Screen {
  /** A line that stays; what is too long goes on in further lines, indented. */
  line(text: string, indent?: number): void;
  /** How things stand: redrawn in place on a terminal, else a line every few seconds. */
  status(text: string): void;
}

/** What a screen needs of a stream. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Between two status lines that stay, milliseconds. */
const QUIET_MS = 5000;
const DEFAULT_COLUMNS = 120;

function shortened(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(columns - 1, 0))}…`;
}

/** Break a text at spaces; a single word that is too long is left whole. */
function wrapped(text: string, columns: number, indent: number): string {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > columns) {
    const at = rest.lastIndexOf(' ', columns);
    if (at <= indent) break;
    lines.push(rest.slice(0, at));
    rest = ' '.repeat(indent) + rest.slice(at + 1);
  }
  return [...lines, rest].join('\n');
}

/** Write to a terminal, or to a pipe or file in plain lines. */
export function openScreen(output: Output): Screen {
  const columns = () => Math.max(output.columns ?? DEFAULT_COLUMNS, 60);
  const wipe = output.isTTY ? '\r\x1b[K' : '';
  let toldAt = Number.NEGATIVE_INFINITY;
  return {
    line(text, indent = 0) {
      output.write(`${wipe}${wrapped(text, columns(), indent)}\n`);
    },
    status(text) {
      if (output.isTTY) {
        output.write(`${wipe}${shortened(text, columns() - 1)}`);
      } else if (performance.now() - toldAt >= QUIET_MS) {
        toldAt = performance.now();
        output.write(`${shortened(text, columns())}\n`);
      }
    },
  };
}
