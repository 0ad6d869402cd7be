/** An environment variable as Render keeps it. */
export interface RenderEnvVar {
  readonly key: string;
  readonly value: string;
}

/** A deploy as Render keeps it. */
export interface RenderDeploy {
  readonly id: string;
  status: string;
  readonly trigger?: string;
  readonly createdAt: string;
  finishedAt?: string;
  readonly artifactId?: string;
  readonly commit?: { readonly id: string };
  readonly image?: { readonly ref: string; readonly sha?: string };
  /** The variables that it runs with, which Render never shows. */
  env?: readonly RenderEnvVar[];
  /** Instances that it was deployed with, which Render never shows. */
  instances?: number;
}

/** A service as Render keeps it. */
export interface RenderService {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  autoDeploy: 'yes' | 'no';
  autoDeployTrigger?: string;
  suspended: 'suspended' | 'not_suspended';
  suspenders: string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly dashboardUrl: string;
  readonly notifyOnFail: string;
  readonly ownerId: string;
  readonly rootDir: string;
  readonly slug: string;
  instances: { id: string; createdAt: string }[];
  deploys: RenderDeploy[];
  /** The variables that the next deploy gets. */
  envVars: RenderEnvVar[];
  /** Whether Render decides how many instances there are. */
  autoscaling: boolean;
}

/** A web service with two instances and no deploys, unless said otherwise. */
export function renderService(id: string, given: Partial<RenderService> = {}): RenderService {
  return {
    id,
    name: id,
    type: 'web_service',
    autoDeploy: 'yes',
    autoDeployTrigger: 'commit',
    suspended: 'not_suspended',
    suspenders: [],
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
    dashboardUrl: `https://dashboard.render.example/${id}`,
    notifyOnFail: 'default',
    ownerId: 'tea-1',
    rootDir: '',
    slug: id,
    instances: ['a', 'b'].map((name) => ({
      id: `${id}-${name}`,
      createdAt: '2026-03-01T00:00:00Z',
    })),
    deploys: [],
    envVars: [],
    autoscaling: false,
    ...given,
  };
}

/**
 * A deploy of a commit of its own, that was live; where it has ended it took half a minute.
 *
 * @param order - a greater one is newer; minutes since some instant
 */
export function renderDeploy(
  order: number,
  status = 'deactivated',
  given: Partial<RenderDeploy> = {},
): RenderDeploy {
  const {
    createdAt = new Date(Date.UTC(2026, 2, 1) + order * 60_000).toISOString(),
    finishedAt = new Date(Date.parse(createdAt) + 30_000).toISOString(),
  } = given;
  return {
    id: `dep-${order}`,
    status,
    trigger: 'new_commit',
    commit: { id: `commit-${order}` },
    ...given,
    createdAt,
    ...(!/_in_progress$|^(created|queued)$/.test(status) && { finishedAt }),
  };
}
