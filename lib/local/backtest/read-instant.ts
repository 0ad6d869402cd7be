import { millisOf } from '../../intake/read-time.js';

const NUMBER = /^\d{1,16}(\.\d{1,9})?$/;

/** What an instant must look like, for a person. */
export const INSTANT = 'ISO 8601 with a zone, such as 2026-01-15T10:02:30Z, or a Unix time';

/** What nearly every instant looks like: UTC, to the second or the millisecond. */
const PLAIN = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{3}))?Z$/;

/** Reads instants of which one is mostly of the day of the one before; null for one that is not plain. */
function plainReader(): (text: string) => number | null {
  let [day, midnight] = ['', Number.NaN];
  return (text) => {
    const [, date = '', hour, minute, second, millis = '0'] = PLAIN.exec(text) ?? [];
    if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59 || date === '') return null;
    if (date !== day) [day, midnight] = [date, millisOf(`${date}T00:00:00Z`)];
    const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
    return midnight + seconds * 1000 + Number(millis);
  };
}

/**
 * Make a reader of instants: ISO 8601 with a zone, or a Unix time in seconds or milliseconds; NaN for
 * anything else, a time without a zone among it, which in autumn may be either of two.
 *
 * A text that comes again at once, as where all components are told of minute by minute, is not read twice.
 */
export function instantReader(): (text: string) => number {
  let [known, at] = ['', Number.NaN];
  const plain = plainReader();
  return (text) => {
    if (text !== known) {
      known = text;
      at = plain(text) ?? millisOf(NUMBER.test(text) ? Number(text) : text);
    }
    return at;
  };
}
