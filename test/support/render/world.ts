import type { Outcome } from '../vendor/server.js';
import { deployPage, page, shownDeploy } from './page.js';
import type { RenderDeploy, RenderEnvVar, RenderService } from './service.js';
import { serviceView } from './view.js';

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

const keyOf = ({ envVar }: { readonly envVar: RenderEnvVar }): string => envVar.key;

/** What a deploy runs. */
const buildOf = ({ commit, image, artifactId }: RenderDeploy) => ({
  ...(commit && { commit }),
  ...(image && { image }),
  ...(artifactId && { artifactId }),
});

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

  const begin = (
    service: RenderService,
    given: Omit<RenderDeploy, 'id' | 'status' | 'createdAt'>,
  ) => {
    const deploy: RenderDeploy = {
      ...structuredClone(given),
      id: next('dep'),
      status: 'update_in_progress',
      createdAt: now().toISOString(),
    };
    service.deploys.push(deploy);
    if (finish === 'at_once') goLive(service, deploy);
    return { status: 201, body: shownDeploy(deploy) };
  };

  /** The last build, with the variables of now. */
  const deployOnly = (service: RenderService): Outcome => {
    const built = service.deploys.findLast(
      ({ status, trigger }) => trigger !== 'rollback' && /^(live|deactivated)$/.test(status),
    );
    if (built === undefined) return refusal(400);
    return begin(service, {
      ...buildOf(built),
      trigger: 'api',
      env: service.envVars,
      instances: service.instances.length,
    });
  };

  const scaleTo = (service: RenderService, wanted: number): void => {
    const { instances } = service;
    while (instances.length > wanted) instances.pop();
    while (instances.length < wanted) {
      instances.push({ id: next(service.id), createdAt: now().toISOString() });
    }
  };

  const scale = (service: RenderService, body: unknown): Outcome => {
    if (!service.autoscaling) scaleTo(service, (body as { numInstances: number }).numInstances);
    return { status: 202 };
  };

  const replaceEnvVars = (service: RenderService, body: unknown): Outcome => {
    service.envVars = structuredClone(body as RenderEnvVar[]);
    return {
      status: 200,
      body: page(
        service.envVars.map((envVar) => ({ envVar })),
        {},
        keyOf,
      ),
    };
  };

  const rollBack = (service: RenderService, body: unknown): Outcome => {
    const deployId = (body as { deployId: string }).deployId;
    const target = service.deploys.find(({ id }) => id === deployId);
    if (target === undefined) return refusal(404);
    if (target.status !== 'deactivated' && target.status !== 'live') return refusal(400);
    const { env, instances } = target;
    if (instances !== undefined) scaleTo(service, instances);
    return begin(service, {
      ...buildOf(target),
      ...(env && { env }),
      ...(instances !== undefined && { instances }),
      trigger: 'rollback',
    });
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
    'list-deploys': ({ deploys }, { query }) => ({ status: 200, body: deployPage(deploys, query) }),
    'get-env-vars-for-service': ({ envVars }, { query }) => ({
      status: 200,
      body: page(
        envVars.map((envVar) => ({ envVar })),
        query,
        keyOf,
      ),
    }),
    'update-env-vars-for-service': (service, { body }) => replaceEnvVars(service, body),
    'create-deploy': deployOnly,
    'scale-service': (service, { body }) => scale(service, body),
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
      const changes = !/^(retrieve|list|get)-/.test(operation);
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
