import type { App } from '../app.js';
import type { Row } from '../store/sql.js';

/**
 * Read those rows that can be read, and log of the others which they are: where one that cannot, as after a
 * change by hand, must not keep people from being told of all the rest.
 */
export function readable<T>(
  app: Pick<App, 'log'>,
  read: (rows: readonly Row[]) => T[],
  rows: readonly Row[],
): T[] {
  return rows.flatMap((row) => {
    try {
      return read([row]);
    } catch (error) {
      app.log({ level: 'error', event: 'row_not_readable', id: row['id'], error });
      return [];
    }
  });
}
