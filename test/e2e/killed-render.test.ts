import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Door, startDoor } from '../support/door.js';
import { type KillableStack, startKillableStack } from '../support/killable.js';
import {
  accountOf,
  KILLED_SETTINGS,
  type KilledCase,
  killAmongWorse,
  register,
} from '../support/killed-rollbacks.js';
import { type RenderService, renderDeploy, renderService } from '../support/render/service.js';
import { type RenderServer, startRenderServer } from '../support/render-server.js';

const GOOD = [{ key: 'POOL', value: '20' }];
const BAD = [
  { key: 'POOL', value: '2' },
  { key: 'EXTRA', value: 'x' },
];

const rollback = (rollback_type: string) => ({
  action: 'rollback',
  params: { rollback_type, to: 'dep-1' },
});

/** What is asked for, and the ends of the paths of its calls that change something, in their order. */
const KINDS = [
  { kind: 'config', order: rollback('config'), calls: ['/env-vars', '/deploys'] },
  {
    kind: 'previous_state',
    order: rollback('previous_state'),
    // The service itself: automatic deploys are switched.
    calls: ['/env-vars', '/rollback', '', '/scale'],
  },
  { kind: 'scale', order: { action: 'scale', params: { to: 4 } }, calls: ['/scale'] },
] as const;

const CASES = KINDS.flatMap(({ calls, ...kind }) =>
  calls.flatMap((call) =>
    [false, true].flatMap((undo) =>
      (['before', 'after'] as const).map((when) => ({ ...kind, call, undo, when })),
    ),
  ),
).map((one, i) => ({
  ...one,
  step: one.call || 'the switch',
  component: `r${i}`,
  service: `srv-${i}x`,
  isMeant: ({ path, body }) => body !== '' && path.endsWith(`/srv-${i}x${one.call}`),
})) satisfies readonly KilledCase[];
type Case = (typeof CASES)[number];

let stack: KillableStack;
let render: RenderServer;
let api: Door;
let asked: ReadonlyMap<string, string>;
const before = new Map<string, object>();

beforeAll(async () => {
  render = await startRenderServer({ token: 'rnd_test', services: CASES.map(good) });
  api = await startDoor(render.url);
  stack = await startKillableStack({
    settings: { ...KILLED_SETTINGS, settleScaleS: 1 },
    env: { RENDER_API_URL: api.url, RENDER_API_KEY: 'rnd_test' },
  });
  await register(stack, CASES, ({ service }) => {
    return { platform: { type: 'render', service_id: service }, scale: { min: 1, max: 5 } };
  });
  asked = await killAmongWorse({ stack, api }, CASES, () => {
    for (const one of CASES) deployWorse(one);
  });
}, 300_000);

afterAll(async () => {
  await stack?.close();
  await api?.close();
  await render?.close();
});

const good = ({ service }: Case): RenderService =>
  renderService(service, {
    deploys: [renderDeploy(1, 'live', { env: GOOD, instances: 4 })],
    envVars: GOOD,
  });

function serviceOf({ service }: Case): RenderService {
  const found = render.state.get(service);
  if (found === undefined) throw new Error('the service is there');
  return found;
}

/** Deploy with other variables and one more instance, as was scaled to since; of the same commit, where variables alone are put back. */
function deployWorse(one: Case): void {
  const service = serviceOf(one);
  const commit = { id: one.kind === 'config' ? 'commit-1' : 'commit-2' };
  for (const deploy of service.deploys) deploy.status = 'deactivated';
  service.deploys.push(renderDeploy(2, 'live', { commit, env: BAD, instances: 4 }));
  service.envVars = BAD;
  service.instances.push({ id: `${service.id}-c`, createdAt: '2026-03-01T00:00:00Z' });
  before.set(one.component, shown(one));
}

/** A service as people see it. */
function shown(one: Case): object {
  const { envVars, autoDeploy, autoDeployTrigger, instances, deploys } = serviceOf(one);
  const live = deploys.find(({ status }) => status === 'live');
  const { commit, env } = live ?? {};
  return { envVars, autoDeploy, autoDeployTrigger, instances: instances.length, commit, env };
}

const GONE_BACK = {
  config: { envVars: GOOD, autoDeploy: 'yes', instances: 3, commit: { id: 'commit-1' }, env: GOOD },
  previous_state: {
    ...{ envVars: GOOD, autoDeploy: 'no', instances: 2, commit: { id: 'commit-1' }, env: GOOD },
  },
  scale: { envVars: BAD, autoDeploy: 'yes', instances: 4, commit: { id: 'commit-2' }, env: BAD },
} as const;

/** How often Render was asked for what makes a case's change live. */
const madeLive = ({ service, kind }: Case): number => {
  const [last] = { config: ['/deploys'], previous_state: ['/rollback'], scale: ['/scale'] }[kind];
  const path = `/v1/services/${service}${last}`;
  return render.calls.filter((call) => call.method === 'POST' && call.path === path).length;
};

const TOLD = {
  config: 'automatic_rollback',
  previous_state: 'automatic_rollback',
  scale: 'scale_up',
};

describe.each(KINDS.map(({ kind }) => kind))('the functions, killed in a %s at Render', (kind) => {
  const own = CASES.filter((one) => one.kind === kind);

  it.each(own)('$when $step (undo: $undo): end with one effect, told once', async (one) => {
    const account = await accountOf(stack, asked.get(one.component));
    expect(account).toEqual({
      state: 'succeeded',
      error: null,
      told: [{ type: TOLD[kind], success: true }],
      rollbacks: kind === 'scale' ? null : [true],
    });
    expect(madeLive(one)).toBe(one.undo ? 2 : 1);
    expect(shown(one)).toMatchObject(
      one.undo ? (before.get(one.component) ?? {}) : GONE_BACK[kind],
    );
  });
});
