/** The longest token at `i` that must not be split: a quoted text, a dollar-quoted one, or a comment. */
const OPAQUE = [
  /'(?:[^']|'')*'/y,
  /"(?:[^"]|"")*"/y,
  /\$([A-Za-z_][A-Za-z0-9_]*)?\$[\s\S]*?\$\1\$/y,
  /--[^\n]*/y,
  /\/\*[\s\S]*?\*\//y,
];

function opaqueAt(text: string, i: number): number {
  for (const pattern of OPAQUE) {
    pattern.lastIndex = i;
    const match = pattern.exec(text);
    if (match !== null) return match[0].length;
  }
  return 0;
}

const isBlank = (statement: string): boolean =>
  statement
    .replace(/--[^\n]*/g, '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .trim() === '';

/**
 * Split a migration into its statements, which the HTTP protocol takes one by one.
 *
 * Semicolons inside quoted texts, dollar-quoted bodies and comments do not split. Statements that hold
 * comments alone are left out.
 */
export function splitStatements(text: string): string[] {
  const statements: string[] = [];
  let from = 0;
  for (let i = 0; i < text.length; i += Math.max(1, opaqueAt(text, i))) {
    if (text[i] !== ';') continue;
    statements.push(text.slice(from, i).trim());
    from = i + 1;
  }
  statements.push(text.slice(from).trim());
  return statements.filter((statement) => !isBlank(statement));
}
