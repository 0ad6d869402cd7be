import { millisOf } from '../../intake/read-time.js';

const NUMBER = /^\d{1,16}(\.\d{1,9})?$/;

/** What an instant must look like, for a person. */
export const INSTANT = 'ISO 8601 with a zone, such as 2026-01-15T10:02:30Z, or a Unix time';

/**
 * Make a reader of instants: ISO 8601 with a zone, or a Unix time in seconds or milliseconds; NaN for
 * anything else, a time without a zone among it, which in autumn may be either of two.
 *
 * A text that comes again at once, as where all components are told of minute by minute, is not read twice.
 */
export function instantReader(): (text: string) => number {
  let [known, at] = ['', Number.NaN];
  return (text) => {
    if (text !== known) [known, at] = [text, millisOf(NUMBER.test(text) ? Number(text) : text)];
    return at;
  };
}
