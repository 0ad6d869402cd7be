/** Say whether the quote at this offset is escaped: an odd number of backslashes stands before it. */
function isEscaped(text: string, quote: number): boolean {
  let backslash = quote - 1;
  while (text[backslash] === '\\') backslash -= 1;
  return (quote - backslash) % 2 === 0;
}

function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (quote !== -1 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote === -1 ? text.length : quote;
}

const QUOTE = 0x22;
/** Brackets and braces differ in this bit only. */
const CASE_BIT = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/**
 * Find where a JSON text becomes deeper than allowed, without parsing it.
 *
 * @returns the offset of the bracket that goes too deep, or null when none does
 */
export function tooDeepAt(text: string, maxDepth: number): number | null {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if ((code | CASE_BIT) === CLOSING) depth -= 1;
    else if ((code | CASE_BIT) === OPENING) depth += 1;
    if (depth > maxDepth) return at;
  }
  return null;
}

/** A place in a text for a person: lines and columns count from 1, the offset from 0. */
export interface TextPlace {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** Say where an offset is. */
export function placeIn(text: string, offset: number): TextPlace {
  const lines = text.slice(0, offset).split('\n');
  return { offset, line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}
