import { AppError } from '../errors.js';
import { jsonErrorAt } from './json-error.js';
import { placeIn, tooMuchAt } from './json-text.js';

/** Deeper than anything Forestall or a monitoring tool sends, shallow enough for any recursion. */
const MAX_DEPTH = 32;

/**
 * More than the 5,000 samples of 64 metrics of the largest batch. Of the 16 MB that a body may have, values
 * as small as they can be would take seconds and a gigabyte.
 */
const MAX_VALUES = 500_000;

/** Only these can bring what {@link refuseUnsafe} looks for; most bodies hold neither. */
const SUSPICIOUS = /__proto__|\\u/;

/** U+0000 and unpaired surrogates: a database cannot store them. */
const isStorable = (text: string): boolean =>
  !text.includes('\u0000') && !/\p{Surrogate}/u.test(text);

function refused(text: string, offset: number, why: string): AppError {
  const place = placeIn(text, offset);
  return new AppError('invalid', `${why} at line ${place.line}, column ${place.column}`, {
    details: { ...place },
  });
}

function refuseText(text: string): void {
  if (!isStorable(text)) {
    throw new AppError('invalid', 'the body holds U+0000 or half of a surrogate pair');
  }
}

/** The depth has been bounded, so that this ends. */
function refuseUnsafe(value: unknown): void {
  if (typeof value === 'string') refuseText(value);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__') throw new AppError('invalid', 'the body has a key named __proto__');
    refuseText(key);
    refuseUnsafe(inner);
  }
}

/**
 * Parse a JSON text that anybody may have sent.
 *
 * @throws {AppError} `invalid`: not JSON (with line and column), nested more than 32 deep, a key
 * `__proto__`, or text that no database stores; `too_large`: more than 500,000 values
 */
export function parseJson(text: string): unknown {
  const much = tooMuchAt(text, { depth: MAX_DEPTH, values: MAX_VALUES });
  if (much?.what === 'many') {
    const why = `the body holds more than ${MAX_VALUES} values; send it in parts`;
    throw new AppError('too_large', why, { details: { limit_values: MAX_VALUES } });
  }
  if (much !== null) {
    throw refused(text, much.offset, `the body is nested more than ${MAX_DEPTH} deep`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const at = jsonErrorAt(text) ?? text.length;
    const why =
      at === text.length ? 'the body is not JSON: it ends too early' : 'the body is not JSON';
    throw refused(text, at, why);
  }
  if (SUSPICIOUS.test(text)) refuseUnsafe(value);
  return value;
}
