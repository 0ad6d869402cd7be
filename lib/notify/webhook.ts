import type { GroupNotice, Notice } from '../domain/notify/notice.js';
import { order } from '../platforms/request.js';
import { openVendor, type VendorOptions } from '../platforms/vendor.js';
import { MESSAGE_ID, signed } from '../platforms/webhook/signed.js';
import { attempt } from './attempt.js';
import type { Channel, Message } from './channel.js';
import { clip, clipped } from './clip.js';

/** Where messages are sent, and what signs them. */
export interface NotifyWebhookOptions extends Omit<VendorOptions, 'credential'> {
  readonly secret: string;
  /** Where messages lead. */
  readonly link: string;
}

const TEXT = 1000;

/**
 * A webhook of the team's own as a {@link Channel}: a signed message for each thing that is told, as
 * Standard Webhooks has it.
 *
 * A message that is sent again, after a lost answer or a refusal, has the same `webhook-id`: a receiver that
 * remembers it takes it once. Any 2xx says that it was taken.
 *
 * @see https://www.standardwebhooks.com
 */
export function webhookChannel({ secret, link, ...options }: NotifyWebhookOptions): Channel {
  const vendor = openVendor(
    'The webhook',
    { ...options, credential: () => secret },
    { authorize: signed },
  );
  return {
    name: 'webhook',
    tell: (message) =>
      attempt(async () => {
        await order(vendor, {
          method: 'POST',
          path: '',
          headers: { [MESSAGE_ID]: `msg_${message.id}_${message.seq}` },
          credential: 'NOTIFY_WEBHOOK_SECRET',
          body: bodyOf(message, link),
        });
        return { kind: 'told', place: null };
      }),
  };
}

function bodyOf({ event, about, at, id }: Message, link: string): object {
  const timestamp = at.toISOString();
  if (about.kind === 'group') {
    return { type: `group.${event}`, timestamp, data: { id, ...many(about.notice, link) } };
  }
  const kind = about.notice.incidentId === null ? 'escalation' : 'incident';
  return { type: `${kind}.${event}`, timestamp, data: { id, ...single(about.notice, link) } };
}

function single(notice: Notice, link: string): object {
  const { asks } = notice;
  return {
    incident_id: notice.incidentId,
    component: notice.component,
    kind: notice.kind,
    severity: notice.severity,
    phase: notice.phase,
    headline: clip(notice.headline, TEXT),
    cause: clip(notice.cause, TEXT),
    evidence: clipped(notice.evidence),
    plan: clipped(notice.plan),
    state: clip(notice.state, TEXT),
    done: clipped(notice.done),
    approval:
      asks === null
        ? null
        : { recovery_id: asks.recoveryId, what: clip(asks.what, TEXT), until: asks.until },
    needs_person: notice.needsPerson,
    flapping: notice.flapping,
    acknowledged_by: notice.acknowledgedBy,
    snoozed_until: notice.snoozedUntil,
    opened_at: notice.openedAt,
    closed_at: notice.closedAt,
    link,
  };
}

function many({ headline, state, worst, severity, phase }: GroupNotice, link: string): object {
  return { headline, state, worst: clipped(worst), severity, phase, link };
}
