import type { App } from '../app.js';
import { type Press, PressMessage } from '../queue/messages.js';
import { seal } from '../security/seal.js';
import { answerPress, RESPOND_PURPOSE } from './answer-press.js';
import { PRESS_LABEL } from './take-up-presses.js';

/** What a person pressed, as the channel tells it. */
export interface Pressed {
  readonly userId: string;
  readonly userName: string;
  readonly responseUrl: string;
  readonly actionId: string;
  /** The incident's id, and that of the recovery in question. */
  readonly value: string;
  /** When, by the channel's clock: it tells two presses apart. */
  readonly at: string;
}

/** Redeliveries of a press; a sweep sends it again after them: what a person has answered is not lost. */
const RETRIES = 5;

/**
 * Take a press, for the queue to carry out: whoever pressed waits three seconds at most. While the queue is
 * away it is carried out here.
 *
 * @throws {AppError} when that fails, too: the channel then tells the person that it did not work
 */
export async function takePress(app: App, pressed: Pressed): Promise<void> {
  const press = read(app, pressed);
  if (press === null) return;
  const { userId, at } = pressed;
  try {
    await app.queue.publish([
      {
        path: '/api/recover',
        body: { press },
        retries: RETRIES,
        dedupId: `press-${userId}-${at}`,
        label: PRESS_LABEL,
      },
    ]);
  } catch (error) {
    app.log({ level: 'warn', event: 'press_not_queued', error });
    await answerPress(app, press);
  }
}

/** Links in a message are buttons, too: pressing them asks for nothing. */
function read(app: App, { userId, userName, responseUrl, actionId, value }: Pressed): Press | null {
  const [incidentId, recoveryId = null] = value.split(' ');
  const parsed = PressMessage.shape.press.safeParse({
    action: actionId,
    incident_id: incidentId,
    recovery_id: recoveryId,
    user_id: userId,
    user_name: userName.replace(/\p{C}/gu, '').slice(0, 40),
    respond_to: seal(responseUrl, RESPOND_PURPOSE, app.secrets),
  });
  return parsed.success ? parsed.data : null;
}
