import type { PlatformRef } from '../../domain/component.js';
import { AppError } from '../../errors.js';
import { type Places, placeVariable } from '../places.js';
import { type Call, request } from '../request.js';
import { openVendor, type Vendor } from '../vendor.js';
import { Status, Taken } from './answers.js';
import { MESSAGE_ID, signed } from './signed.js';

/** A component that a webhook looks after. */
export type WebhookRef = Extract<PlatformRef, { type: 'webhook' }>;

/** The calls that actions through one webhook make. All throw as {@link request} does. */
export interface WebhookCalls {
  /** The webhook's address. */
  readonly address: string;
  /** Where a recovery's state is asked for, as a path on the webhook's host; null where there is no such address. */
  statusPath(recoveryId: string): string | null;
  send(recoveryId: string, body: object): Promise<{ status: number; taken: Taken }>;
  status(recoveryId: string, path: string): Promise<Status['state']>;
}

/** A webhook as it was opened: its limits are kept from one action to the next. */
export interface OpenWebhook {
  readonly vendor: Vendor;
  readonly address: string;
  readonly statusAddress: string | null;
  readonly secret: string;
}

/**
 * Find a webhook's address and secret by its name.
 *
 * @throws {AppError} `refused` when it is not set; `misconfigured` when an address is not https, or has a
 * login or a query, or its status address is on another host
 */
export function openWebhook(places: Places, name: WebhookRef['webhook']): OpenWebhook {
  const variable = (what: string) => placeVariable(`ACTION_WEBHOOK_${what}`, name);
  const address = places.address(variable('URL'));
  if (address === undefined) {
    throw new AppError('refused', `${variable('URL')} is not set: nobody can be asked`);
  }
  const title = name === null ? 'Webhook' : `Webhook ${name}`;
  const ways = { authorize: signed };
  const open = (baseUrl: string) => openVendor(title, { ...places, baseUrl }, ways);
  const vendor = open(address);
  const { origin } = new URL(address);
  const statusAddress = places.address(variable('STATUS_URL')) ?? null;
  if (statusAddress !== null && new URL(open(statusAddress).baseUrl).origin !== origin) {
    throw new AppError(
      'misconfigured',
      `${variable('STATUS_URL')} must be on the same host as ${variable('URL')}`,
    );
  }
  return {
    vendor: { ...vendor, baseUrl: origin },
    address,
    statusAddress,
    secret: variable('SECRET'),
  };
}

/** Make the calls of one webhook. */
export function webhookCalls({
  vendor,
  address,
  statusAddress,
  secret,
}: OpenWebhook): WebhookCalls {
  const call = (method: Call['method'], path: string, id: string): Call => ({
    method,
    path,
    headers: { [MESSAGE_ID]: id },
    credential: secret,
  });
  return {
    address,
    statusPath: (recoveryId) =>
      statusAddress === null
        ? null
        : `${new URL(statusAddress).pathname.replace(/\/$/, '')}/${encodeURIComponent(recoveryId)}`,
    async send(recoveryId, body) {
      const sent = { ...call('POST', new URL(address).pathname, recoveryId), body };
      const { status, data } = await request(vendor, sent, Taken);
      return { status, taken: data };
    },
    async status(recoveryId, path) {
      // Another id than the action's: a receiver that drops duplicates must not drop the question.
      const asked = call('GET', path, `status-${recoveryId}`);
      return (await request(vendor, asked, Status)).data.state;
    },
  };
}

/**
 * A status address that a receiver has answered, as a path on its host.
 *
 * @returns null when it is elsewhere, has a login or a query, or cannot be read: it is not followed then
 */
export function pathOnHost(statusUrl: string, address: string): string | null {
  if (!URL.canParse(statusUrl, address)) return null;
  const url = new URL(statusUrl, address);
  const plain = url.username + url.password + url.search + url.hash === '';
  return plain && url.origin === new URL(address).origin ? url.pathname : null;
}
