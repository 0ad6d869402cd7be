import * as z from 'zod';
import { type StandIn, startStandIn } from './stand-in.js';

export const ROUTING_KEY = 'R0123456789ABCDEF0123456789ABCDE';

const key = { routing_key: z.string().length(32), dedup_key: z.string().min(1).max(255) };

/** Events as PagerDuty documents them. */
const Event = z.discriminatedUnion('event_action', [
  z.strictObject({
    ...key,
    event_action: z.literal('trigger'),
    client: z.string(),
    client_url: z.url(),
    links: z.array(z.strictObject({ href: z.url(), text: z.string() })),
    payload: z.strictObject({
      summary: z.string().min(1).max(1024),
      source: z.string().min(1),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      timestamp: z.iso.datetime().optional(),
      component: z.string().optional(),
      class: z.string().optional(),
      custom_details: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
  z.strictObject({ ...key, event_action: z.literal('acknowledge') }),
  z.strictObject({ ...key, event_action: z.literal('resolve') }),
]);

/** An alert, as it stands. */
export interface Alert {
  readonly key: string;
  status: 'triggered' | 'acknowledged' | 'resolved';
  severity: string;
  summary: string;
}

/** PagerDuty, as far as it takes events of one integration. */
export interface PagerDutyServer extends StandIn {
  /** The Events API's address. */
  readonly api: string;
  /** All alerts that there ever were, oldest first. */
  readonly alerts: readonly Alert[];
}

/** Start one without alerts. */
export async function startPagerDutyServer(): Promise<PagerDutyServer> {
  const alerts: Alert[] = [];
  const server = await startStandIn((call, violations) => {
    const event = Event.safeParse(call.body);
    if (!event.success || call.headers.authorization !== undefined) {
      violations.push(event.error?.message ?? 'a credential was sent');
      return { status: 400, body: { status: 'invalid event', errors: [] } };
    }
    take(alerts, event.data);
    return { status: 202, body: { status: 'success', dedup_key: event.data.dedup_key } };
  });
  return { ...server, api: `${server.url}/v2`, alerts };
}

function take(alerts: Alert[], event: z.infer<typeof Event>): void {
  const open = alerts.find((one) => one.key === event.dedup_key && one.status !== 'resolved');
  if (event.event_action !== 'trigger') {
    if (open === undefined) return;
    open.status = event.event_action === 'resolve' ? 'resolved' : 'acknowledged';
    return;
  }
  const { severity, summary } = event.payload;
  if (open === undefined)
    alerts.push({ key: event.dedup_key, status: 'triggered', severity, summary });
  else Object.assign(open, { severity, summary });
}
