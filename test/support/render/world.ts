import type { Outcome } from '../vendor/server.js';
import type { RenderDeploy, RenderService } from './service.js';

/** An operation's input, checked already. */
export interface Input {
  readonly serviceId: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** How Render's side behaves. */
export interface WorldOptions {
  readonly services: readonly RenderService[];
  /** Render's own clock. */
  readonly now: () => Date;
  /** Whether a rollback is live at once, or stays in progress until `finishDeploy`. */
  readonly finish: 'at_once' | 'by_hand';
}

/** Render's side: services with their instances and deploys, and what the operations do to them. */
export interface World {
  readonly state: Map<string, RenderService>;
  /** Names of the operations that changed something, in order. */
  readonly effects: string[];
  perform(operation: string, input: Input): Outcome;
  /** End the newest deploy that is in progress. */
  finishDeploy(serviceId: string, status: string): void;
}

const refusal = (status: number): Outcome => ({ status });

/** Make Render's side. The services are copied. */
export function renderWorld({ services, now, finish }: WorldOptions): World {
  const state = new Map(services.map((service) => [service.id, structuredClone(service)]));
  const effects: string[] = [];
  let made = 0;
  const next = (prefix: string): string => {
    made += 1;
    return `${prefix}-new${made}`;
  };

  const renewInstances = (service: RenderService): void => {
    service.instances = service.instances.map(() => ({
      id: next(service.id),
      createdAt: now().toISOString(),
    }));
  };

  const goLive = (service: RenderService, deploy: RenderDeploy): void => {
    for (const one of service.deploys) if (one.status === 'live') one.status = 'deactivated';
    deploy.status = 'live';
    deploy.finishedAt = now().toISOString();
    renewInstances(service);
  };

  const rollBack = (service: RenderService, body: unknown): Outcome => {
    const deployId = (body as { deployId: string }).deployId;
    const target = service.deploys.find(({ id }) => id === deployId);
    if (target === undefined) return refusal(404);
    if (target.status !== 'deactivated' && target.status !== 'live') return refusal(400);
    const { commit, image, artifactId } = target;
    const deploy: RenderDeploy = {
      ...structuredClone({
        ...(commit && { commit }),
        ...(image && { image }),
        ...(artifactId && { artifactId }),
      }),
      id: next('dep'),
      status: 'update_in_progress',
      trigger: 'rollback',
      createdAt: now().toISOString(),
    };
    service.deploys.push(deploy);
    if (finish === 'at_once') goLive(service, deploy);
    return { status: 201, body: structuredClone(deploy) };
  };

  const update = (service: RenderService, body: unknown): Outcome => {
    const { autoDeploy, autoDeployTrigger } = body as {
      autoDeploy?: 'yes' | 'no';
      autoDeployTrigger?: string;
    };
    if (autoDeploy !== undefined) {
      service.autoDeploy = autoDeploy;
      service.autoDeployTrigger = autoDeploy === 'yes' ? 'commit' : 'off';
    }
    if (autoDeployTrigger !== undefined) {
      service.autoDeployTrigger = autoDeployTrigger;
      service.autoDeploy = autoDeployTrigger === 'off' ? 'no' : 'yes';
    }
    return { status: 200, body: serviceView(service) };
  };

  const restart = (service: RenderService): Outcome => {
    if (service.type === 'cron_job') return refusal(400);
    renewInstances(service);
    return { status: 200 };
  };

  const acts: Readonly<Record<string, (service: RenderService, input: Input) => Outcome>> = {
    'retrieve-service': (service) => ({ status: 200, body: serviceView(service) }),
    'list-instances': ({ instances }) => ({ status: 200, body: structuredClone(instances) }),
    'list-deploys': ({ deploys }, { query }) => ({ status: 200, body: page(deploys, query) }),
    'restart-service': restart,
    'rollback-deploy': (service, { body }) => rollBack(service, body),
    'update-service': (service, { body }) => update(service, body),
  };

  return {
    state,
    effects,
    perform(operation, input) {
      const service = state.get(input.serviceId);
      const act = acts[operation];
      if (service === undefined || act === undefined) return refusal(404);
      const outcome = act(service, input);
      const changes = !/^(retrieve|list)-/.test(operation);
      if (changes && outcome.status < 300) effects.push(operation);
      return outcome;
    },
    finishDeploy(serviceId, status) {
      const service = state.get(serviceId);
      const running = service?.deploys.findLast((one) => one.status.endsWith('_in_progress'));
      if (service === undefined || running === undefined) {
        throw new RangeError(`no deploy of ${serviceId} is in progress`);
      }
      if (status === 'live') goLive(service, running);
      else running.status = status;
    },
  };
}

/** A service as Render shows it. */
function serviceView(service: RenderService): unknown {
  const { instances, deploys: _, ...shown } = service;
  return { ...structuredClone(shown), serviceDetails: details(service.type, instances.length) };
}

const BUILD = { buildCommand: 'npm ci', startCommand: 'node server.js' };

function details(type: string, numInstances: number): object {
  const common = {
    env: 'node',
    envSpecificDetails: BUILD,
    plan: 'starter',
    region: 'oregon',
    runtime: 'node',
    buildPlan: 'starter',
  };
  const url = 'https://shop.onrender.example';
  if (type === 'static_site') {
    return { buildCommand: 'npm run build', publishPath: 'dist', url, buildPlan: 'starter' };
  }
  if (type === 'cron_job') return { ...common, schedule: '0 * * * *' };
  const worker = { ...common, numInstances };
  if (type === 'background_worker') return worker;
  const served = { ...worker, url, openPorts: [{ port: 10000, protocol: 'TCP' }] };
  return type === 'private_service' ? served : { ...served, healthCheckPath: '/health' };
}

/** One page of deploys, newest first; 20 unless asked otherwise, 100 at most. */
function page(
  deploys: readonly RenderDeploy[],
  query: Readonly<Record<string, string>>,
): readonly unknown[] {
  const { limit = '20', cursor, createdAfter, createdBefore, status } = query;
  const at = (text: string | undefined, none: number) =>
    text === undefined ? none : Date.parse(text);
  const matching = deploys
    .filter(({ createdAt }) => Date.parse(createdAt) > at(createdAfter, -Infinity))
    .filter(({ createdAt }) => Date.parse(createdAt) < at(createdBefore, Infinity))
    .filter((deploy) => status === undefined || deploy.status === status)
    .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
  const start = cursor === undefined ? 0 : matching.findIndex(({ id }) => cursor === `c.${id}`) + 1;
  return matching
    .slice(start, start + Math.min(100, Number(limit)))
    .map((deploy) => ({ deploy: structuredClone(deploy), cursor: `c.${deploy.id}` }));
}
