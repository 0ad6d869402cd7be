import * as z from 'zod';
import { AppError } from '../errors.js';
import type { Alert, AlertBatch } from './alert.js';
import { alertSeverity } from './alert-severity.js';

/** Labels that may name the component, the likeliest first. */
const REF_LABELS = ['service', 'job', 'app', 'instance'];

/** Alerts read of one notification; far more than a group that a person would look at. */
const MAX_ALERTS = 1000;
const MAX_TITLE = 200;
const MAX_REF = 256;

const Labels = z.record(z.string(), z.string()).default({});

/** In UTC, whatever the zone it was written in: the database reads no year 0, and none with a sign. */
const isStorable = (instant: Date): boolean =>
  instant.getUTCFullYear() >= 1 && instant.getUTCFullYear() <= 9999;

const WireAlert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: Labels,
  annotations: Labels,
  startsAt: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .refine(isStorable, 'the year is out of range'),
  fingerprint: z.string().min(1).max(128),
});

const Notification = z.object({
  version: z.literal('4'),
  alerts: z.array(z.unknown()),
  truncatedAlerts: z.number().int().min(0).default(0),
});

/** A number that was written into an annotation; with a unit it is none. */
function annotatedValue(text: string | undefined): number | null {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

function alertOf({ status, labels, annotations, startsAt, fingerprint }: WireAlert): Alert {
  const title = annotations['summary'] ?? labels['alertname'] ?? 'alert without a name';
  const refs = REF_LABELS.flatMap((label) => labels[label] ?? []);
  return {
    source: 'alertmanager',
    refs: [...new Set(refs)].filter((ref) => ref !== '' && ref.length <= MAX_REF),
    severity: alertSeverity(labels['severity']),
    status,
    dedupKey: `${fingerprint}:${startsAt.toISOString()}`,
    title: title.slice(0, MAX_TITLE),
    startedAt: startsAt,
    value: annotatedValue(annotations['value']),
  };
}

type WireAlert = z.infer<typeof WireAlert>;

/**
 * Read a notification of Prometheus Alertmanager, version 4 of its webhook.
 *
 * Each alert has its own status; the notification's is not looked at ("firing" if any is). Alertmanager
 * sends a group again and again: the `dedupKey` is the alert and the instant at which it began.
 *
 * @throws {AppError} `invalid` when it is no such notification
 * @see https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export function readAlertmanager(payload: unknown): AlertBatch {
  const notification = Notification.safeParse(payload);
  if (!notification.success) {
    throw new AppError('invalid', 'this is no notification of Alertmanager in version 4');
  }
  const { alerts, truncatedAlerts } = notification.data;
  const seen = alerts.slice(0, MAX_ALERTS);
  const known = seen.flatMap((one) => WireAlert.safeParse(one).data ?? []);
  return {
    alerts: known.map(alertOf),
    ignored: seen.length - known.length,
    truncated: truncatedAlerts + alerts.length - seen.length,
  };
}
