import * as z from 'zod';
import type { StatedLimits } from '../../domain/metrics.js';
import { openClient } from './client.js';

const At = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const Numbers = z.record(z.string(), z.number());
const Side = z.object({ metrics: Numbers });

const Recovery = z.object({
  action: z.string(),
  state: z.string(),
  acted_at: At.nullable(),
  ended_at: At.nullable(),
  result: z.record(z.string(), z.unknown()).nullable(),
  proof: z.object({ before: Side, after: Side }).nullable().catch(null),
});

/** A recovery of an incident; times are milliseconds since the epoch. */
export type ShownRecovery = z.infer<typeof Recovery>;

/** An incident as `GET /api/incidents/{id}` answers it. */
export const Incident = z.object({
  id: z.string(),
  kind: z.string(),
  component: z.string(),
  situation: z.string(),
  cause: z.string(),
  state: z.enum(['open', 'closed']),
  needs_person: z.boolean(),
  opened_at: At,
  failed_at: At.nullable(),
  closed_at: At.nullable(),
  recoveries: z.array(Recovery),
  timeline: z.array(
    z.object({ at: At, kind: z.string(), text: z.string(), data: z.unknown().optional() }),
  ),
});

/** An incident with its recoveries, oldest first, and its timeline; times are milliseconds since the epoch. */
export type ShownIncident = z.infer<typeof Incident>;

const Incidents = z.object({ incidents: z.array(z.object({ id: z.string() })) });
const Shown = z.object({
  assessment: z.object({ metrics: Numbers.default({}) }).nullable(),
});
const Made = z.object({ key: z.string() });

/** Forestall's API, as an administrator uses it. */
export interface Api {
  /** Register a component that the agent heals. */
  register(component: string, mode: 'auto' | 'observe', limits: StatedLimits): Promise<void>;
  /** Take a component out; its history stays. */
  remove(component: string): Promise<void>;
  /** Make a key with which one component can send samples, and nothing else. */
  ingestKey(component: string): Promise<string>;
  /** The component's newest metrics; empty before its first assessment. */
  metrics(component: string): Promise<Readonly<Record<string, number>>>;
  /** The component's incidents, oldest first. */
  incidents(component: string): Promise<readonly ShownIncident[]>;
}

/** Speak to an installation over HTTP. Every method throws `Error` with the refusal's own words. */
export function openApi(url: string, key: string): Api {
  const { call, read } = openClient(url, key);
  return {
    async register(component, mode, limits) {
      const config = { platform: { type: 'agent' }, mode, limits };
      await call('PUT', `/api/components/${component}`, config);
    },
    async remove(component) {
      await call('DELETE', `/api/components/${component}`);
    },
    async ingestKey(component) {
      const order = { name: component, scopes: ['ingest'], component };
      return Made.parse(await call('POST', '/api/admin/keys', order)).key;
    },
    async metrics(component) {
      const shown = Shown.parse(await read(`/api/components/${component}`));
      return shown.assessment?.metrics ?? {};
    },
    async incidents(component) {
      const list = Incidents.parse(await read(`/api/incidents?component=${component}`));
      const ids = list.incidents.map(({ id }) => id).reverse();
      const shown = await Promise.all(ids.map((id) => read(`/api/incidents/${id}`)));
      return shown.map((one) => Incident.parse(one));
    },
  };
}
