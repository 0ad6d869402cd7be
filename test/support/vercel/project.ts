/** A production deployment as Vercel keeps it; instants in milliseconds since 1970. */
export interface VercelDeployment {
  readonly uid: string;
  readonly created: number;
  /** When it was built. */
  ready?: number;
  /** When its domains were assigned. */
  aliasAssigned?: number | boolean | null;
  state: string;
  readySubstate?: string;
  readonly meta: Readonly<Record<string, string>>;
  readonly isRollbackCandidate?: boolean;
}

/** A project as Vercel keeps it. */
export interface VercelProject {
  readonly id: string;
  readonly name: string;
  /** The team that owns it: callers must name it. */
  readonly teamId?: string;
  autoAssignCustomDomains: boolean;
  paused: boolean;
  /** The deployment that serves production. */
  production: string | null;
  lastAliasRequest: {
    fromDeploymentId: string;
    toDeploymentId: string;
    jobStatus: string;
    requestedAt: number;
    type: 'promote' | 'rollback';
  } | null;
  readonly deployments: VercelDeployment[];
  readonly envs: { key: string; target: string[]; createdAt: number; updatedAt: number }[];
}

/** The instant of the deployment of order 0. */
const DAY = Date.UTC(2026, 2, 1);

/**
 * A deployment of a commit of its own, that served production; its build took half a minute.
 *
 * @param order - a greater one is newer; minutes since some instant
 */
export function vercelDeployment(
  order: number,
  given: Partial<VercelDeployment> = {},
): VercelDeployment {
  const { created = DAY + order * 60_000, state = 'READY' } = given;
  return {
    uid: `dpl_${order}`,
    created,
    ...(state === 'READY' && { ready: created + 30_000 }),
    state,
    readySubstate: 'PROMOTED',
    meta: { githubCommitSha: `commit-${order}` },
    ...given,
  };
}

/** A project whose newest of two deployments serves, and which assigns its domains by itself. */
export function vercelProject(id: string, given: Partial<VercelProject> = {}): VercelProject {
  return {
    id,
    name: `shop-${id}`,
    autoAssignCustomDomains: true,
    paused: false,
    production: 'dpl_2',
    lastAliasRequest: null,
    deployments: [vercelDeployment(1), vercelDeployment(2)],
    envs: [{ key: 'API_URL', target: ['production'], createdAt: DAY, updatedAt: DAY }],
    ...given,
  };
}
