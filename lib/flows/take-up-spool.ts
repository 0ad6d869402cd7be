import type { App } from '../app.js';
import { takeUp } from './take-up.js';

/** Label of messages that hold samples. */
export const SPOOL_LABEL = 'spool';

/** Take up spooled samples that the queue has given up; answers how many batches were sent again. */
export const takeUpSpool = (app: App): Promise<number> =>
  takeUp(app, {
    label: SPOOL_LABEL,
    why: 'the database was not back within the retries; the batch is sent again',
  });
