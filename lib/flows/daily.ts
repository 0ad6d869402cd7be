import { type App, settingsOf } from '../app.js';
import { readControl } from '../store/control.js';
import { learn } from './learn.js';
import { type Swept, sweep } from './sweep.js';

/**
 * The daily backstop of the queue's clock: the maintenance with a sweep, and the day's learning, where the
 * queue has not brought it.
 *
 * @throws {AppError} `unavailable` while the database cannot be reached
 */
export async function daily(app: App): Promise<Swept> {
  const swept = await sweep(app, { maintenance: true });
  const control = await readControl(app.sql);
  await learn(app, settingsOf(app.baseSettings, control?.settings ?? {}));
  return swept;
}
