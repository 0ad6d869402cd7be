import type * as z from 'zod';
import { type Call, order, request } from '../request.js';
import type { Vendor } from '../vendor.js';
import { type Deployment, DeploymentPage, NewDeployment, Project } from './answers.js';
import { type ConfigCalls, type ConfigTarget, configCalls } from './config-calls.js';
import type { KnownEdgePaths } from './edge-paths.js';
import type { MakeCall } from './make-call.js';

/** How a component's project is reached. */
export interface VercelTarget extends ConfigTarget {
  readonly team_id?: string | undefined;
  readonly credential: string;
}

/** A build of the same source as another deployment's. */
export interface Redeploy {
  readonly name: string;
  readonly deploymentId: string;
  /** Kept with the new deployment, so that it can be found again. */
  readonly meta: Readonly<Record<string, string>>;
}

/** The calls that recoveries of one Vercel project make. All throw as {@link request} does. */
export interface VercelCalls extends ConfigCalls {
  project(): Promise<Project>;
  /** Production deployments, newest first, the newest 300 at most. @param since - leaves out the older ones */
  deployments(since?: Date): Promise<readonly Deployment[]>;
  /** Answers the status. @param description - shown by Vercel beside the rollback */
  rollback(deploymentId: string, description: string): Promise<number>;
  /** Answers the status. */
  promote(deploymentId: string): Promise<number>;
  /** Answers the new deployment's id, null when it is not told. */
  redeploy(wanted: Redeploy): Promise<{ status: number; id: string | null }>;
  /** Make new production deployments wait for a person, who promotes one. */
  switchAutoAssignOff(): Promise<number>;
}

/** Deployments that one page may hold, at most. */
const PAGE = 100;

/** Pages that are read, at most: 300 deployments are months, and the next calls have their time, too. */
const PAGES = 3;

const id = encodeURIComponent;

/** The paths that change something, from the API's address on; those of the configuration stand with its calls. */
export const paths = {
  rollback: (projectId: string, deploymentId: string) =>
    `/v1/projects/${id(projectId)}/rollback/${id(deploymentId)}`,
  promote: (projectId: string, deploymentId: string) =>
    `/v10/projects/${id(projectId)}/promote/${id(deploymentId)}`,
  redeploy: '/v13/deployments',
  project: (projectId: string) => `/v9/projects/${id(projectId)}`,
} as const;

/**
 * Make the calls for one project, each in the scope of its team.
 *
 * @param known - which path of an Edge Config works; kept by the caller from one step to the next
 */
export function vercelCalls(
  vendor: Vendor,
  target: VercelTarget,
  known: KnownEdgePaths,
): VercelCalls {
  const { project_id: projectId, team_id: teamId, credential } = target;
  const call: MakeCall = (method, path, { query = {}, body } = {}) => ({
    method,
    path,
    query: { ...query, ...(teamId === undefined ? {} : { teamId }) },
    credential,
    ...(body === undefined ? {} : { body }),
  });
  const project = paths.project(projectId);
  return {
    project: async () => (await request(vendor, call('GET', project), Project)).data,
    deployments: (since) =>
      allDeployments(async (page) => {
        const filter = since === undefined ? {} : { since: String(since.getTime()) };
        const query = { projectId, target: 'production', ...filter, ...page };
        return (await request(vendor, call('GET', '/v7/deployments', { query }), DeploymentPage))
          .data;
      }),
    ...configCalls(vendor, target, { call, known }),
    rollback: (deploymentId, description) =>
      order(
        vendor,
        busy(call('POST', paths.rollback(projectId, deploymentId), { query: { description } })),
      ),
    promote: (deploymentId) =>
      order(vendor, busy(call('POST', paths.promote(projectId, deploymentId)))),
    redeploy: async ({ name, deploymentId, meta }) => {
      const body = { name, project: projectId, deploymentId, target: 'production', meta };
      const sent = call('POST', paths.redeploy, { query: { forceNew: '1' }, body });
      const { status, data } = await request(vendor, sent, NewDeployment);
      return { status, id: data?.id ?? null };
    },
    switchAutoAssignOff: () =>
      order(vendor, call('PATCH', project, { body: { autoAssignCustomDomains: false } })),
  };
}

/** Only one rollback or promote runs at a time; 409 says that another does. */
const busy = (call: Call): Call => ({ ...call, later: [409] });

async function allDeployments(
  page: (query: Readonly<Record<string, string>>) => Promise<z.infer<typeof DeploymentPage>>,
): Promise<readonly Deployment[]> {
  const all: Deployment[] = [];
  let until: number | null | undefined;
  for (let pages = 0; pages < PAGES; pages += 1) {
    const { deployments, pagination } = await page({
      limit: String(PAGE),
      ...(until == null ? {} : { until: String(until) }),
    });
    all.push(...deployments);
    until = pagination.next;
    if (until == null) break;
  }
  return all.toSorted((a, b) => b.created.getTime() - a.created.getTime());
}
