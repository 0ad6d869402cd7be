import { ActionName } from '../domain/decide/action.js';
import { AppError } from '../errors.js';
import type { Places } from './places.js';
import type { ActionRequest, Platform } from './platform.js';
import { vendorPlatform } from './vendor-action.js';
import { byWebhook } from './webhook/by-webhook.js';
import { type OpenWebhook, openWebhook, webhookCalls } from './webhook/calls.js';

/** How the adapter to webhooks is built. */
export interface WebhookOptions extends Places {
  /** How long a message may be under way before its receiver can be believed not to have it, milliseconds; 20 s by default. */
  readonly settleMs?: number;
}

const SETTLE_MS = 20_000;

/** What webhooks in general can be asked for; which of it one can do, its component says. */
export const WEBHOOK_ACTIONS: Platform['actions'] = ActionName.options;

/**
 * Webhooks of the team's own as a {@link Platform}: any action on whatever they look after.
 *
 * Addresses and secrets stand in the environment, under the name that a component gives.
 */
export function webhookPlatform({ settleMs = SETTLE_MS, ...places }: WebhookOptions): Platform {
  const opened = new Map<string | null, OpenWebhook>();
  const open = (name: string | null): OpenWebhook => {
    const known = opened.get(name) ?? openWebhook(places, name);
    opened.set(name, known);
    return known;
  };
  const platform = vendorPlatform({
    name: 'webhook',
    title: 'its webhook',
    narrows: true,
    // Each webhook has an address of its own, which its calls are told with.
    baseUrl: '',
    can: WEBHOOK_ACTIONS,
    actions: {
      restart: byWebhook,
      rollback: byWebhook,
      scale: byWebhook,
      clean_memory: byWebhook,
      reset_database: byWebhook,
      fail_over: byWebhook,
    },
    step: (request) => {
      const target = targetOf(request);
      const calls = webhookCalls(open(target.webhook));
      return { request, target, targetId: target.target, calls, now: places.now(), settleMs };
    },
  });
  return { ...platform, isOneCall: true };
}

function targetOf({ target, component }: ActionRequest) {
  if (target.type === 'webhook') return target;
  throw new AppError('refused', `${component} is not looked after by a webhook`);
}
