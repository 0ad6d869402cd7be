import type { App } from '../app.js';
import type { Row } from '../store/sql.js';

/** Rows that were read, and those that could not be. */
export interface ReadRows<T> {
  readonly known: T[];
  readonly unread: readonly Row[];
}

/** Read those rows that can be read, log of the others which they are, and answer them, too. */
export function readEach<T>(
  app: Pick<App, 'log'>,
  read: (rows: readonly Row[]) => T[],
  rows: readonly Row[],
): ReadRows<T> {
  const unread: Row[] = [];
  const known = rows.flatMap((row) => {
    try {
      return read([row]);
    } catch (error) {
      app.log({ level: 'error', event: 'row_not_readable', id: row['id'], error });
      unread.push(row);
      return [];
    }
  });
  return { known, unread };
}

/**
 * Read those rows that can be read, and log of the others which they are: where one that cannot, as after a
 * change by hand, must not keep people from being told of all the rest.
 */
export function readable<T>(
  app: Pick<App, 'log'>,
  read: (rows: readonly Row[]) => T[],
  rows: readonly Row[],
): T[] {
  return readEach(app, read, rows).known;
}
