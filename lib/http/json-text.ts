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
const COMMA = 0x2c;
/** Brackets and braces differ in this bit only. */
const CASE_BIT = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/** Where a JSON text becomes more than allowed, and in which way. */
export interface TooMuch {
  readonly offset: number;
  readonly what: 'deep' | 'many';
}

/**
 * Find where a JSON text becomes deeper, or holds more values, than allowed, without parsing it.
 *
 * Each list or object counts, and each comma: an empty one weighs as much as one with a single value,
 * and so does one level of nesting.
 *
 * @param most.values - values beside the outermost one
 * @returns the place of the bracket or comma that goes too far, or null when none does
 */
export function tooMuchAt(
  text: string,
  most: { readonly depth: number; readonly values: number },
): TooMuch | null {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else {
      const step = deepening(code);
      depth += step;
      if (step === 1 || code === COMMA) values += 1;
    }
    if (depth > most.depth) return { offset: at, what: 'deep' };
    if (values > most.values) return { offset: at, what: 'many' };
  }
  return null;
}

/** 1 for an opening bracket or brace, −1 for a closing one, else 0. */
function deepening(code: number): number {
  const folded = code | CASE_BIT;
  if (folded === OPENING) return 1;
  return folded === CLOSING ? -1 : 0;
}

/** A place in a text for a person: lines and columns count from 1, the offset from 0. */
export interface TextPlace {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** Say where an offset is. */
export function placeIn(text: string, offset: number): TextPlace {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', start)) {
    line += 1;
    start = at + 1;
  }
  return { offset, line, column: offset - start + 1 };
}
