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
  /** Production's variables, as they were when it was built. */
  readonly env?: Readonly<Record<string, string>>;
}

/** An environment variable as Vercel keeps it. */
export interface VercelEnv {
  readonly id: string;
  readonly key: string;
  value: string;
  type: string;
  target: string[];
  comment?: string;
  readonly gitBranch?: string;
  readonly configurationId?: string;
  readonly customEnvironmentIds?: string[];
  readonly createdAt: number;
  updatedAt: number;
}

/** An item of an Edge Config as Vercel keeps it. */
export interface VercelEdgeItem {
  readonly key: string;
  value: unknown;
  description?: string;
  readonly createdAt: number;
  updatedAt: number;
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
  envs: VercelEnv[];
  /** Where the token sees what is encrypted: in the list already, by each variable, or nowhere. */
  decrypts: 'list' | 'single' | 'never';
  /** Its Edge Config; `ecfg_1` is the first project's that names none. */
  readonly edgeConfig?: string;
  edgeItems: VercelEdgeItem[];
  /** Under which paths Vercel knows an Edge Config: it is being renamed. */
  edgePaths: readonly ('edge-config' | 'global-config')[];
}

/** The instant of the deployment of order 0. */
export const DAY = Date.UTC(2026, 2, 1);

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

/** A variable of production, as old as the project. */
export function vercelEnv(key: string, value: string, given: Partial<VercelEnv> = {}): VercelEnv {
  const made = { createdAt: DAY, updatedAt: DAY };
  return {
    id: `env_${key}`,
    key,
    value,
    type: 'encrypted',
    target: ['production'],
    ...made,
    ...given,
  };
}

/** An item of an Edge Config, as old as the project. */
export function vercelEdgeItem(
  key: string,
  value: unknown,
  given: Partial<VercelEdgeItem> = {},
): VercelEdgeItem {
  return { key, value, createdAt: DAY, updatedAt: DAY, ...given };
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
    envs: [vercelEnv('API_URL', 'https://api.example')],
    decrypts: 'list',
    edgeItems: [],
    edgePaths: ['edge-config'],
    ...given,
  };
}
