import * as z from 'zod';
import type { StatedLimits } from '../../domain/metrics.js';
import { Incident, type ShownIncident } from '../stage/api.js';
import { openClient } from '../stage/client.js';
import { dependsOn, SERVICES, type ServiceName } from './graph.js';

/** What Forestall may do by itself in a pass of the lab. */
export type LabMode = 'auto' | 'observe';

/** How a component of the lab is registered. */
export interface Registration {
  readonly service: ServiceName;
  readonly mode: LabMode;
  readonly url: string;
  readonly limits: StatedLimits;
}

/** Forestall's API, as the lab's team uses it. */
export interface LabApi {
  register(one: Registration): Promise<void>;
  ingestKey(component: string): Promise<string>;
  /** Report a change that went live. */
  report(component: ServiceName, version: string, kind: 'deployment' | 'config'): Promise<void>;
  /** The graph's incidents that opened since an instant (milliseconds since the epoch), oldest first. */
  incidents(since: number): Promise<readonly ShownIncident[]>;
  /** How many incidents are open. */
  open(): Promise<number>;
  /** Whether all of the graph was assessed, and is well. */
  isWell(): Promise<boolean>;
}

const At = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const List = z.object({ incidents: z.array(z.object({ id: z.string(), opened_at: At })) });
const Made = z.object({ key: z.string() });
const Shown = z.object({ assessment: z.object({ state: z.string() }).nullable() });

/** The provider by whom mail is sent, as status pages and components name it. */
const PROVIDER = 'post';

function configOf({ service, mode, url, limits }: Registration): object {
  return {
    platform: {
      type: 'webhook',
      webhook: null,
      target: service,
      actions: ['rollback', 'restart'],
      rolls_back: ['deployment', 'config'],
      drops_duplicates: true,
      // To roll back once more leads back: there is one version before, the one that was just left.
      takes_back: true,
    },
    mode,
    limits,
    depends_on: dependsOn(service),
    providers: service === 'mail' ? [PROVIDER] : [],
    health_url: `${url}/health`,
  };
}

/** Speak to the lab's installation. Every method throws `Error` with the refusal's own words. */
export function openLabApi(url: string, key: string): LabApi {
  const { call, read } = openClient(url, key);
  const list = async (query: string) =>
    List.parse(await read(`/api/incidents?limit=100${query}`)).incidents;
  return {
    async register(one) {
      await call('PUT', `/api/components/${one.service}`, configOf(one));
    },
    async ingestKey(component) {
      const order = { name: component, scopes: ['ingest'], component };
      return Made.parse(await call('POST', '/api/admin/keys', order)).key;
    },
    async report(component, version, kind) {
      const change = { component, version, kind, phase: 'finished' };
      await call('POST', '/api/deployments', change);
    },
    async incidents(since) {
      const ids = (await list('')).filter(({ opened_at }) => opened_at >= since).reverse();
      const shown = await Promise.all(ids.map(({ id }) => read(`/api/incidents/${id}`)));
      return shown.map((one) => Incident.parse(one));
    },
    open: async () => (await list('&state=open')).length,
    async isWell() {
      const all = await Promise.all(SERVICES.map((name) => read(`/api/components/${name}`)));
      const states = all.map((one) => Shown.parse(one).assessment?.state);
      return states.every((state) => state === 'healthy');
    },
  };
}
