import * as z from 'zod';
import type { Variables } from '../platform.js';
import { type Call, order, request } from '../request.js';
import type { Vendor } from '../vendor.js';
import { type Deploy, DeployPage, Instance, NewDeploy, Service } from './answers.js';
import { envVars } from './env-vars.js';

/** The calls that recoveries of one Render service make. All throw as {@link request} does. */
export interface RenderCalls {
  service(): Promise<Service>;
  instances(): Promise<readonly Instance[]>;
  /** Newest first, and the newest 300 at most. @param since - leaves out the older ones */
  deploys(since?: Date): Promise<readonly Deploy[]>;
  /** The newest 100 at most, newest first. */
  newestDeploys(): Promise<readonly Deploy[]>;
  /** All of the service's own environment variables, in Render's order. */
  envVars(): Promise<Variables>;
  /** Put these in the place of all environment variables; they are live with the next deploy. */
  replaceEnvVars(variables: Variables): Promise<number>;
  /** Deploy the last build anew; answers the new deploy's id, null when it is not told. */
  deployOnly(): Promise<string | null>;
  /** Set the number of instances; Render ignores it while autoscaling is on. */
  scale(instances: number): Promise<number>;
  /** Answers the status. */
  restart(): Promise<number>;
  /** Answers the new deploy's id; null when it is not told. */
  rollback(deployId: string): Promise<string | null>;
  switchAutoDeployOff(): Promise<number>;
  /** @param trigger - what starts a deploy: `commit` or `checksPass`; null where only on and off are known */
  switchAutoDeployOn(trigger: string | null): Promise<number>;
}

/** Deploys that one page may hold, at most. */
const PAGE = 100;

/** Pages that are read, at most: 300 deploys are months, and the next calls have their time, too. */
const PAGES = 3;

/** The path of a service in Render's API. */
export const servicePath = (serviceId: string): string =>
  `/services/${encodeURIComponent(serviceId)}`;

/** Make the calls for one service, with the credential that its component names. */
export function renderCalls(
  vendor: Vendor,
  { service_id, credential }: { readonly service_id: string; readonly credential: string },
): RenderCalls {
  const path = servicePath(service_id);
  const read = (under: string, query: Readonly<Record<string, string>> = {}): Call => ({
    method: 'GET',
    path: `${path}${under}`,
    query,
    credential,
  });
  const deploys = (filter: Readonly<Record<string, string>>, pages: number) =>
    allDeploys(pages, async (query) => {
      const call = read('/deploys', { ...filter, ...query });
      return (await request(vendor, call, DeployPage)).data;
    });
  return {
    service: async () => (await request(vendor, read(''), Service)).data,
    instances: async () => (await request(vendor, read('/instances'), z.array(Instance))).data,
    deploys: (since) =>
      deploys(since === undefined ? {} : { createdAfter: since.toISOString() }, PAGES),
    newestDeploys: () => deploys({}, 1),
    ...changes(vendor, path, credential),
    envVars: () => envVars(vendor, (query) => read('/env-vars', query)),
  };
}

type Changes = Omit<RenderCalls, 'service' | 'instances' | 'deploys' | 'newestDeploys' | 'envVars'>;

/** The calls that change something. */
function changes(vendor: Vendor, path: string, credential: string): Changes {
  const post = (under: string, body?: object): Call => ({
    method: 'POST',
    path: `${path}${under}`,
    ...(body === undefined ? {} : { body }),
    credential,
  });
  return {
    replaceEnvVars: (variables) => {
      const body = Object.entries(variables).map(([key, value]) => ({ key, value }));
      return order(vendor, { method: 'PUT', path: `${path}/env-vars`, body, credential });
    },
    deployOnly: async () => {
      const call = { ...post('/deploys', { deployMode: 'deploy_only' }), later: [409] };
      return (await request(vendor, call, NewDeploy)).data?.id ?? null;
    },
    scale: (numInstances) => order(vendor, post('/scale', { numInstances })),
    restart: () => order(vendor, post('/restart')),
    rollback: async (deployId) => {
      const call = post('/rollback', { deployId });
      return (await request(vendor, call, NewDeploy)).data?.id ?? null;
    },
    switchAutoDeployOff: () =>
      order(vendor, { method: 'PATCH', path, body: { autoDeploy: 'no' }, credential }),
    switchAutoDeployOn: (trigger) => {
      const body = trigger === null ? { autoDeploy: 'yes' } : { autoDeployTrigger: trigger };
      return order(vendor, { method: 'PATCH', path, body, credential });
    },
  };
}

async function allDeploys(
  most: number,
  page: (query: Readonly<Record<string, string>>) => Promise<z.infer<typeof DeployPage>>,
): Promise<readonly Deploy[]> {
  const deploys: Deploy[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < most; pages += 1) {
    const items = await page({
      limit: String(PAGE),
      ...(cursor === undefined ? {} : { cursor }),
    });
    deploys.push(...items.map(({ deploy }) => deploy));
    cursor = items.at(-1)?.cursor;
    if (items.length < PAGE || cursor === undefined) break;
  }
  return deploys.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}
