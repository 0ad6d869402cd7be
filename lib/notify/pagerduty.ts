import type { GroupNotice, Notice } from '../domain/notify/notice.js';
import { order } from '../platforms/request.js';
import { openVendor, type VendorOptions } from '../platforms/vendor.js';
import { attempt } from './attempt.js';
import type { Channel, Message } from './channel.js';
import { clip, clipped } from './clip.js';
import { dedupKey } from './pagerduty/dedup-key.js';

/** Where, and under which key, events are sent. */
export interface PagerDutyOptions extends Omit<VendorOptions, 'credential'> {
  readonly routingKey: string;
  /** Where alerts lead. */
  readonly link: string;
}

/** PagerDuty's own limit. */
const SUMMARY = 1024;

/** What is about the event itself, and would be answered again: invalid, or too large. */
const UNFIT: readonly number[] = [400, 413];

const SEVERITIES = { critical: 'critical', high: 'error', medium: 'warning' } as const;

/**
 * PagerDuty's Events API v2 as a {@link Channel}: one alert for an incident, known by its dedup key.
 *
 * Every event is safe to repeat: under one key there is one alert while it is open, and what is acknowledged
 * or resolved twice stays so. What PagerDuty calls an invalid event is held back for a while, any other refusal
 * is one that may pass. A question makes an
 * alert an error at least; when nobody answers it, or nothing helps, it becomes critical. What newly needs a
 * person is a trigger, also where somebody has seen the incident before.
 *
 * @see https://developer.pagerduty.com/docs/send-alert-event
 */
export function pagerDutyChannel({ routingKey, link, ...options }: PagerDutyOptions): Channel {
  const vendor = openVendor('PagerDuty', { ...options, credential: () => undefined });
  return {
    name: 'pagerduty',
    tell: (message) =>
      attempt(async () => {
        const body = { routing_key: routingKey, ...eventOf(message, link) };
        // The key stands in the body: there is no credential to send.
        const call = { method: 'POST', path: '/enqueue', credential: null, body } as const;
        const status = await order(vendor, { ...call, answers: UNFIT });
        return UNFIT.includes(status)
          ? { kind: 'refused', why: `PagerDuty: POST /enqueue answered ${status}` }
          : { kind: 'told', place: message.place };
      }),
  };
}

function eventOf(message: Message, link: string): object {
  const { id, event, about } = message;
  const incidentId = about.kind === 'incident' ? about.notice.incidentId : null;
  const key = { dedup_key: dedupKey(incidentId ?? id) };
  if (event === 'closed') return { event_action: 'resolve', ...key };
  if (event === 'changed' && isSeen(message)) return { event_action: 'acknowledge', ...key };
  return {
    event_action: 'trigger',
    ...key,
    client: 'Forestall',
    client_url: link,
    links: [{ href: link, text: 'Forestall' }],
    payload: about.kind === 'incident' ? single(about.notice) : many(about.notice),
  };
}

/** Somebody has seen it since people were last drawn to it, and nothing is asked of anybody. */
function isSeen({ about, announcedAt }: Message): boolean {
  if (about.kind !== 'incident' || about.notice.phase === 'asking') return false;
  const { acknowledgedAt } = about.notice;
  return acknowledgedAt !== null && (announcedAt === null || acknowledgedAt > announcedAt);
}

function single(notice: Notice): object {
  const { asks } = notice;
  return {
    summary: clip(
      `${notice.headline}: ${notice.incidentId === null ? notice.cause : notice.state}`,
      SUMMARY,
    ),
    source: notice.component,
    component: notice.component,
    class: notice.kind,
    severity: severityOf(notice),
    timestamp: notice.openedAt.toISOString(),
    custom_details: {
      ...(notice.incidentId === null ? {} : { incident: notice.incidentId }),
      cause: clip(notice.cause, SUMMARY),
      evidence: clipped(notice.evidence),
      plan: clipped(notice.plan),
      done: clipped(notice.done),
      ...(asks === null
        ? {}
        : { approval_needed: clip(asks.what, SUMMARY), approve_by: asks.until.toISOString() }),
    },
  };
}

function severityOf({ phase, severity }: Notice): string {
  if (phase === 'person') return 'critical';
  const own = SEVERITIES[severity];
  return phase === 'asking' && own === 'warning' ? 'error' : own;
}

function many({ headline, state, worst, severity }: GroupNotice): object {
  return {
    summary: clip(`${headline}: ${state}`, SUMMARY),
    source: 'Forestall',
    severity: SEVERITIES[severity],
    custom_details: { worst: clipped(worst) },
  };
}
