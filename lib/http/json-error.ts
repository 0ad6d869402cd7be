/** Where reading goes on (0 or more), or, as its complement (below 0), where it cannot. */
type Place = number;

type Read = (text: string, at: number) => Place;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;

const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

function matched(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

function pastSpace(text: string, at: number): number {
  let next = at;
  while (next < text.length && ' \t\n\r'.includes(text.charAt(next))) next += 1;
  return next;
}

const scalar: Read = (text, at) => {
  const end = matched(SCALAR, text, at);
  return end === -1 ? ~at : end;
};

const string: Read = (text, at) => {
  let next = at + 1;
  while (next < text.length) {
    const code = text.charCodeAt(next);
    if (code === QUOTE) return next + 1;
    if (code < FIRST_PRINTABLE) return ~next;
    const end = code === BACKSLASH ? matched(ESCAPE, text, next) : next + 1;
    if (end === -1) return ~next;
    next = end;
  }
  return ~next;
};

const member: Read = (text, at) => {
  const key = pastSpace(text, at);
  if (text[key] !== '"') return ~key;
  const end = string(text, key);
  if (end < 0) return end;
  const colon = pastSpace(text, end);
  return text[colon] === ':' ? value(text, colon + 1) : ~colon;
};

function list(text: string, at: number, close: string, item: Read): Place {
  let next = pastSpace(text, at + 1);
  if (text[next] === close) return next + 1;
  for (;;) {
    const end = item(text, next);
    if (end < 0) return end;
    const separator = pastSpace(text, end);
    if (text[separator] === close) return separator + 1;
    if (text[separator] !== ',') return ~separator;
    next = separator + 1;
  }
}

function value(text: string, at: number): Place {
  const start = pastSpace(text, at);
  if (text[start] === '{') return list(text, start, '}', member);
  if (text[start] === '[') return list(text, start, ']', value);
  return text[start] === '"' ? string(text, start) : scalar(text, start);
}

/**
 * Find where a text stops being JSON, which the engine does not tell reliably.
 *
 * It calls itself once per level of nesting: bound the depth first.
 *
 * @returns the offset of the first wrong character, the length of the text where it ends too early,
 * or null when it is JSON
 * @see https://www.rfc-editor.org/rfc/rfc8259
 */
export function jsonErrorAt(text: string): number | null {
  const end = value(text, 0);
  if (end < 0) return ~end;
  const rest = pastSpace(text, end);
  return rest === text.length ? null : rest;
}
