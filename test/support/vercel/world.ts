import type { Outcome, VendorInput } from '../vendor/server.js';
import { configActs, productionEnv, type VercelAct } from './config-acts.js';
import type { VercelDeployment, VercelProject } from './project.js';

/** How Vercel's side behaves. */
export interface WorldOptions {
  readonly projects: readonly VercelProject[];
  /** Vercel's own clock. */
  readonly now: () => Date;
  /** Whether builds and moves of production end at once, or by `finishBuild` and `finishMove`. */
  readonly finish: 'at_once' | 'by_hand';
}

/** Vercel's side: projects with their deployments, and what the operations do to them. */
export interface World {
  readonly state: Map<string, VercelProject>;
  /** Names of the operations that changed something, in order. */
  readonly effects: string[];
  perform(operation: string, input: VendorInput): Outcome;
  /** End the rollback or promotion that is in progress. */
  finishMove(projectId: string, status: 'succeeded' | 'failed' | 'skipped'): void;
  /** End the newest build; a good one serves where domains are assigned. */
  finishBuild(projectId: string, state: 'READY' | 'ERROR' | 'CANCELED'): void;
}

const refusal = (status: number): Outcome => ({ status });

const isRunning = ({ lastAliasRequest: last }: VercelProject): boolean =>
  last?.jobStatus === 'pending' || last?.jobStatus === 'in-progress';

/** The status by which a move is refused; null when it is not. */
function moveFault(project: VercelProject, to: string) {
  if (isRunning(project)) return { rollback: 409, promote: 409 };
  const state = project.deployments.find(({ uid }) => uid === to)?.state;
  if (state === 'DELETED') return { rollback: 410, promote: 400 };
  return state === 'READY' ? null : { rollback: 422, promote: 400 };
}

/** Make Vercel's side. The projects are copied. */
export function vercelWorld({ projects, now, finish }: WorldOptions): World {
  const state = new Map(projects.map((project) => [project.id, structuredClone(project)]));
  const effects: string[] = [];
  let made = 0;

  const known = (projectId: string): VercelProject => {
    const project = state.get(projectId);
    if (project === undefined) throw new RangeError(`there is no ${projectId}`);
    return project;
  };

  const finishMove: World['finishMove'] = (projectId, status) => {
    const project = known(projectId);
    const last = project.lastAliasRequest;
    if (last === null || !isRunning(project)) throw new RangeError('nothing is moving');
    last.jobStatus = status;
    if (status !== 'succeeded') return;
    project.production = last.toDeploymentId;
    project.autoAssignCustomDomains = last.type === 'promote';
  };

  const finishBuild: World['finishBuild'] = (projectId, ended) => {
    const project = known(projectId);
    const built = project.deployments.findLast((one) => one.state === 'BUILDING');
    if (built === undefined) throw new RangeError('nothing is being built');
    built.state = ended;
    if (ended !== 'READY') return;
    built.ready = now().getTime();
    built.readySubstate = project.autoAssignCustomDomains ? 'PROMOTED' : 'STAGED';
    if (project.autoAssignCustomDomains) project.production = built.uid;
  };

  const move = (type: 'promote' | 'rollback', project: VercelProject, to: string): Outcome => {
    const fault = moveFault(project, to);
    if (fault !== null || project.production === null) return refusal(fault?.[type] ?? 400);
    project.lastAliasRequest = {
      fromDeploymentId: project.production,
      toDeploymentId: to,
      jobStatus: 'pending',
      requestedAt: now().getTime(),
      type,
    };
    if (finish === 'at_once') finishMove(project.id, 'succeeded');
    return { status: 201 };
  };

  const build = (body: unknown): Outcome => {
    const { meta, ...given } = body as { readonly meta?: Readonly<Record<string, string>> };
    const { project: projectId, deploymentId, name, target } = given as Record<string, string>;
    const project = state.get(projectId ?? '');
    const source = project?.deployments.find(({ uid }) => uid === deploymentId);
    if (project === undefined || source === undefined) return refusal(404);
    if (target !== 'production' || name !== project.name) return refusal(400);
    made += 1;
    const built: VercelDeployment = {
      uid: `dpl_new${made}`,
      created: now().getTime(),
      state: 'BUILDING',
      meta: { ...source.meta, ...meta },
      env: productionEnv(project),
    };
    project.deployments.push(built);
    if (finish === 'at_once') finishBuild(project.id, 'READY');
    const answer = { id: built.uid, name, projectId, url: `${built.uid}.vercel.example`, target };
    return {
      status: 200,
      body: { ...answer, createdAt: built.created, readyState: 'QUEUED' },
    };
  };

  const update = (project: VercelProject, body: unknown): Outcome => {
    const { autoAssignCustomDomains: wanted } = body as { autoAssignCustomDomains?: boolean };
    project.autoAssignCustomDomains = wanted ?? project.autoAssignCustomDomains;
    return { status: 200 };
  };

  const acts: Readonly<Record<string, VercelAct>> = {
    getProject: (project) => ({ status: 200, body: view(project) }),
    getDeployments: (project, { query }) => ({ status: 200, body: page(project, query) }),
    ...configActs(now),
    updateProject: (project, { body }) => update(project, body),
    requestRollback: (project, { params }) =>
      move('rollback', project, params['deploymentId'] ?? ''),
    requestPromote: (project, { params }) => move('promote', project, params['deploymentId'] ?? ''),
    createDeployment: (_, { body }) => build(body),
  };

  return {
    state,
    effects,
    finishMove,
    finishBuild,
    perform(operation, input) {
      const project = named(state, input);
      const act = acts[operation];
      // Vercel tells of a project that is not there as of one that is not allowed.
      if (project === undefined || act === undefined) return refusal(403);
      if (project.teamId !== input.query['teamId']) return refusal(403);
      const outcome = act(project, input);
      if (!/^(get|filter)/.test(operation) && outcome.status < 300) effects.push(operation);
      return outcome;
    },
  };
}

/** The project that is meant, by itself or by its Edge Config. */
function named(
  state: ReadonlyMap<string, VercelProject>,
  { params, query, body }: VendorInput,
): VercelProject | undefined {
  const { edgeConfigId } = params;
  if (edgeConfigId !== undefined) {
    const isOf = ({ edgeConfig = 'ecfg_1' }: VercelProject) => edgeConfig === edgeConfigId;
    return [...state.values()].find(isOf);
  }
  const { project: inBody } = (body ?? {}) as { project?: string };
  return state.get(params['idOrName'] ?? params['projectId'] ?? query['projectId'] ?? inBody ?? '');
}

/** A project as Vercel shows it. */
function view(project: VercelProject): unknown {
  const { id, name, autoAssignCustomDomains, paused, lastAliasRequest, production } = project;
  return {
    id,
    name,
    accountId: 'team_1',
    autoAssignCustomDomains,
    ...(paused ? { paused } : {}),
    lastAliasRequest: structuredClone(lastAliasRequest),
    targets: production === null ? {} : { production: { id: production } },
  };
}

/** A deployment as it is listed: what was baked into it is not. */
const listed = ({ env: _, ...deployment }: VercelDeployment) => structuredClone(deployment);

/** One page of deployments, newest first; 20 unless asked otherwise, 100 at most. */
function page(
  { id, name, deployments }: VercelProject,
  { limit = '20', since = '-Infinity', until = 'Infinity' }: Readonly<Record<string, string>>,
): unknown {
  const matching = deployments
    .filter(({ created }) => created > Number(since) && created < Number(until))
    .toSorted((a, b) => b.created - a.created);
  const shown = matching.slice(0, Math.min(100, Number(limit)));
  const more = matching.length > shown.length;
  return {
    deployments: shown.map((one) => ({
      ...listed(one),
      name,
      projectId: id,
      url: `${one.uid}.vercel.example`,
      type: 'LAMBDAS',
      target: 'production',
      creator: { uid: 'user-1' },
      inspectorUrl: null,
    })),
    pagination: { count: shown.length, next: more ? shown.at(-1)?.created : null, prev: null },
  };
}
