import type { ActionRequest, Prepared } from '../../../lib/platforms/platform.js';
import { webhookPlatform } from '../../../lib/platforms/webhook.js';
import { stored, TOKEN } from '../vendor/outcome.js';
import { type AdapterOptions, askingFor, VendorRig } from '../vendor/rig.js';
import { startWebhookServer, type WebhookServer } from '../webhook-server.js';
import type { ReceiverOptions } from './world.js';

/** The secret of tests of the adapter: 24 bytes of nothing secret. */
export const WEBHOOK_SECRET = `whsec_${Buffer.from('vnd-very-secret-24-bytes').toString('base64')}`;

export const WEBHOOK = {
  type: 'webhook',
  webhook: null,
  target: 'shop-prod',
  actions: ['restart', 'rollback', 'scale'],
  drops_duplicates: false,
  rolls_back: ['deployment'],
  takes_back: false,
} as const satisfies object;

/** How a receiver, and what is known of it, differ from the usual. */
export interface Given extends ReceiverOptions {
  /** Whether its status address is configured. */
  readonly hasStatus: boolean;
}

/** The adapter to webhooks, and a receiver for it. */
export class WebhookRig extends VendorRig<WebhookServer, Given> {
  #hasStatus = true;

  constructor() {
    super({
      credential: 'ACTION_WEBHOOK_SECRET',
      adapter: (options) => this.#adapter(options),
      start: ({ hasStatus = true, ...given }, { now }) => {
        this.#hasStatus = hasStatus;
        return startWebhookServer({ ...given, now, secret: WEBHOOK_SECRET });
      },
    });
  }

  #adapter({ baseUrl, credential, ...options }: AdapterOptions) {
    const addresses: Readonly<Record<string, string>> = {
      ACTION_WEBHOOK_URL: `${baseUrl}/actions`,
      ...(this.#hasStatus ? { ACTION_WEBHOOK_STATUS_URL: `${baseUrl}/actions/status/` } : {}),
    };
    return webhookPlatform({
      ...options,
      credential: (name) => (credential(name) === TOKEN ? WEBHOOK_SECRET : credential(name)),
      address: (name) => addresses[name],
    });
  }

  /** Prepare, and answer what the database would give back. */
  async prepare(request: ActionRequest): Promise<Prepared> {
    return stored(await this.platform().prepare(request));
  }
}

/** A request for an action on the usual component. */
export function asking(
  action: ActionRequest['action'],
  { target = { ...WEBHOOK, actions: [...WEBHOOK.actions] }, ...given }: Partial<ActionRequest> = {},
): ActionRequest {
  return askingFor({ target, action }, given);
}
