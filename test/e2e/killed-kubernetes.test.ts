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
import { podTemplate } from '../support/kubernetes/objects.js';
import { type KubernetesServer, startKubernetesServer } from '../support/kubernetes-server.js';

const rollback = (rollback_type: string) => ({
  action: 'rollback',
  params: { rollback_type, to: '1' },
});

/** What a person asks for, and the image and the number of pods that it leads to. */
const KINDS = [
  { kind: 'deployment', order: rollback('deployment'), image: 'shop:1', pods: 4 },
  { kind: 'config', order: rollback('config'), image: 'shop:1', pods: 4 },
  { kind: 'previous_state', order: rollback('previous_state'), image: 'shop:1', pods: 2 },
  { kind: 'scale', order: { action: 'scale', params: { to: 5 } }, image: 'shop:2', pods: 5 },
] as const;

const CASES = KINDS.flatMap((one) =>
  [false, true].flatMap((undo) =>
    (['before', 'after'] as const).map((when) => ({ ...one, undo, when })),
  ),
).map((one, i) => ({
  ...one,
  component: `k${i}`,
  cluster: `c${i}`,
  isMeant: ({ method }: { readonly method: string }) => method === 'PATCH',
})) satisfies readonly KilledCase[];
type Case = (typeof CASES)[number];

/** A cluster of its own, and the way there. */
interface Side {
  readonly server: KubernetesServer;
  readonly door: Door;
}

let stack: KillableStack;
let asked: ReadonlyMap<string, string>;
const sides = new Map<KilledCase['isMeant'], Side>();
const before = new Map<string, unknown>();

function sideOf({ isMeant }: Pick<KilledCase, 'isMeant'>): Side {
  const side = sides.get(isMeant);
  if (side === undefined) throw new Error('the cluster is there');
  return side;
}

/** The ways to all clusters as one: a request stands still on that of its own case. */
const api: Door = {
  url: '',
  hold: (when, isMeant) => sideOf({ isMeant }).door.hold(when, isMeant),
  close: async () => {
    for (const { door, server } of sides.values()) {
      await door.close();
      await server.close();
    }
  },
};

beforeAll(async () => {
  const env: Record<string, string> = {};
  for (const one of CASES) {
    const server = await startKubernetesServer({ token: 'kubernetes_test', images: ['shop:1'] });
    const door = await startDoor(server.url);
    sides.set(one.isMeant, { server, door });
    env[`KUBERNETES_API_URL_${one.cluster.toUpperCase()}`] = door.url;
    env[`KUBERNETES_TOKEN_${one.cluster.toUpperCase()}`] = 'kubernetes_test';
  }
  stack = await startKillableStack({ settings: { ...KILLED_SETTINGS, settleScaleS: 1 }, env });
  await register(stack, CASES, ({ cluster }) => {
    return {
      platform: { type: 'kubernetes', cluster, deployment: 'shop' },
      scale: { min: 1, max: 5 },
    };
  });
  asked = await killAmongWorse({ stack, api }, CASES, () => {
    for (const one of CASES) deployWorse(one);
  });
}, 300_000);

afterAll(async () => {
  await stack?.close();
  await api.close();
});

/** Roll another variable out, with another image unless only variables are gone back to, and scale it up. */
function deployWorse(one: Case): void {
  const { deployment, controller, deploy } = sideOf(one).server;
  deploy(one.kind === 'config' ? 'shop:1' : 'shop:2', 'another-secret');
  deployment.spec.replicas = 4;
  controller.reconcile();
  before.set(one.component, structuredClone(deployment.spec));
}

const TOLD = (kind: Case['kind']) => (kind === 'scale' ? 'scale_up' : 'automatic_rollback');

describe.each(KINDS)('the functions, killed in a $kind in a cluster', ({ kind, image, pods }) => {
  const own = CASES.filter((one) => one.kind === kind);

  it.each(own)('$when the call (undo: $undo): end with one effect, told once', async (one) => {
    expect(await accountOf(stack, asked.get(one.component))).toEqual({
      state: 'succeeded',
      error: null,
      told: [{ type: TOLD(kind), success: true }],
      rollbacks: kind === 'scale' ? null : [true],
    });
    const { deployment, effects } = sideOf(one).server;
    const value = kind === 'scale' ? 'another-secret' : undefined;
    const there = { replicas: pods, template: podTemplate(image, value) };
    expect(deployment.spec).toMatchObject(one.undo ? (before.get(one.component) ?? {}) : there);
    expect(effects).toHaveLength(one.undo ? 2 : 1);
  });
});
