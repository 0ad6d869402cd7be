import { Webhook } from 'standardwebhooks';
import { type StandIn, startStandIn } from './stand-in.js';

export const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes !!!').toString('base64')}`;

/** A message that was taken, once. */
export interface Received {
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what was sent
  readonly body: any;
}

/** A receiver of signed messages that remembers their ids. */
export interface WebhookReceiver extends StandIn {
  readonly hook: string;
  readonly received: readonly Received[];
  /** How often a message came that was known already. */
  readonly repeats: () => number;
}

/** Start one. A message that is not signed is a violation. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = [];
  let repeats = 0;
  const verifier = new Webhook(WEBHOOK_SECRET);
  const server = await startStandIn(({ headers, text, body }, violations) => {
    const id = String(headers['webhook-id']);
    try {
      verifier.verify(text, {
        'webhook-id': id,
        'webhook-timestamp': String(headers['webhook-timestamp']),
        'webhook-signature': String(headers['webhook-signature']),
      });
    } catch (error) {
      violations.push(String(error));
      return { status: 401 };
    }
    if (received.some((one) => one.id === id)) repeats += 1;
    else received.push({ id, body });
    return { status: 204 };
  });
  return { ...server, hook: `${server.url}/hook/secret-path`, received, repeats: () => repeats };
}
