import type { App } from '../app.js';
import type { Settings } from '../domain/settings.js';
import { askWhereDue } from './ask-to-tell.js';
import { sendDue } from './send-due.js';
import { outcomeOf, settled } from './settled.js';

/**
 * What follows every pass, however it has ended: what was decided is sent, what nobody answered ends, and
 * people are told.
 *
 * @throws what went wrong with sending, once people were told
 */
export async function carryOn(
  app: App,
  settings: Settings,
): Promise<{ sent: number; telling: boolean }> {
  const sent = await settled(sendDue(app, settings));
  const telling = await askWhereDue(app);
  return { sent: outcomeOf(sent), telling };
}
