import type { IncomingMessage } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { vendorOperations } from './vendor/description.js';
import { startVendorServer, type VendorServer } from './vendor/server.js';
import { type Receiver, type ReceiverOptions, webhookReceiver } from './webhook/world.js';

/** What a receiver is started with. */
export interface WebhookServerOptions extends Partial<ReceiverOptions> {
  /** The secret that messages must be signed with. */
  readonly secret: string;
  /** Its own clock; the real one by default. */
  readonly now?: () => Date;
}

/** A receiver of signed messages on this machine. */
export interface WebhookServer extends VendorServer, Pick<Receiver, 'effects' | 'states'> {
  /** The names of the messages that came, in order. */
  readonly messageIds: readonly string[];
}

const OPERATIONS = vendorOperations('webhook');

/** How old a message may be, milliseconds: what the specification advises. */
const TOLERANCE_MS = 5 * 60 * 1000;

/**
 * Start a receiver that takes what is signed with its secret, lately, and nothing else. Its url ends where
 * paths begin: actions go to `/actions`, questions to `/actions/status/{recovery id}`.
 */
export async function startWebhookServer(options: WebhookServerOptions): Promise<WebhookServer> {
  const { secret, now = () => new Date(), answers = 'done', dropsDuplicates = false } = options;
  const receiver = webhookReceiver({ answers, dropsDuplicates });
  const messageIds: string[] = [];
  const isLetIn = ({ headers }: IncomingMessage, body: string): boolean => {
    const id = String(headers['webhook-id']);
    const at = new Date(Number(headers['webhook-timestamp']) * 1000);
    if (!(Math.abs(now().getTime() - at.getTime()) <= TOLERANCE_MS)) return false;
    messageIds.push(id);
    return headers['webhook-signature'] === new Webhook(secret).sign(id, at, body);
  };
  const server = await startVendorServer({
    operations: OPERATIONS,
    base: '',
    token: '',
    isLetIn,
    accepts: 'application/json',
    headers: {},
    errorBody: (words) => ({ message: words }),
    headFault: ({ headers }) =>
      headers.authorization === undefined ? null : 'carries a credential besides its signature',
    perform: receiver.perform,
  });
  return { ...server, ...receiver, messageIds };
}
