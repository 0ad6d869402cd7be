import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RollbackType } from '../../lib/domain/decide/action.js';
import { execute } from '../../lib/flows/execute.js';
import { type ClusterAndFly, startClusterAndFly } from '../support/cluster-and-fly.js';
import { addComponent, addRecovery, reread } from '../support/flow-parts.js';
import type { FlowStack } from '../support/flow-stack.js';
import type { FlyServer } from '../support/fly-server.js';
import type { KubernetesServer } from '../support/kubernetes-server.js';
import {
  assessHealthy,
  dieIn,
  everything,
  finish,
  let20sPass,
  lookAtLive,
  undo,
} from '../support/rollback-flow.js';

let sides: ClusterAndFly;
let flows: FlowStack;
let cluster: KubernetesServer;
let fly: FlyServer;
/** The clock of both platforms. */
let clock = new Date();
let names = 0;
let componentId = 0;

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);

/** One of the platforms, as a test sees it. */
interface Side {
  readonly executor: 'kubernetes' | 'fly';
  readonly platform: object;
  /** Calls that one rollback makes. */
  readonly times: number;
  server(): KubernetesServer | FlyServer;
  /** Let somebody deploy an image with a value of a variable. */
  deploy(image: string, value: string): void;
  /** What is wished for, as it has to be after an undo. */
  wished(): unknown;
}

const inCluster: Side = {
  executor: 'kubernetes',
  platform: { type: 'kubernetes', deployment: 'shop' },
  times: 1,
  server: () => cluster,
  deploy(image, value) {
    cluster.deploy(image, value);
    cluster.deployment.spec.replicas = value === 'old-secret' ? 3 : 5;
    cluster.controller.reconcile();
  },
  wished: () => structuredClone(cluster.deployment.spec),
};

const atFly: Side = {
  executor: 'fly',
  platform: { type: 'fly', app: 'shop' },
  times: 2,
  server: () => fly,
  deploy: (image, value) => fly.deploy(image, { KEY: value }),
  wished: () => fly.machines.map(({ config }) => structuredClone(config)),
};

beforeAll(async () => {
  clock = ago(700);
  sides = await startClusterAndFly({ rollbackCooldownS: 0 }, () => clock);
  ({ flows, cluster, fly } = sides);
});

afterAll(() => sides.close());

const CASES = [
  { side: inCluster, kind: 'config' },
  { side: inCluster, kind: 'previous_state' },
  { side: atFly, kind: 'config' },
  { side: atFly, kind: 'previous_state' },
] as const satisfies readonly { side: Side; kind: RollbackType }[];

describe.each(CASES)('at $side.executor, a rollback of the $kind', ({ side, kind }) => {
  /** A state is proven; then its variable was changed, and what else belongs to the whole of it. */
  beforeEach(async () => {
    names += 1;
    const { sql } = flows.app;
    await sql`update components set removed_at = now()`;
    await sql`delete from recoveries`;
    for (const machine of fly.machines) Object.assign(machine, { events: [], versions: [] });
    clock = ago(600);
    side.deploy(`shop:${names}`, 'old-secret');
    componentId = await addComponent(flows.stack, `shop-${names}`, { platform: side.platform });
    await assessHealthy(flows.app, componentId);
    await lookAtLive(flows.app);
    await lookAtLive(flows.app);
    clock = ago(5);
    side.deploy(kind === 'config' ? `shop:${names}` : `shop:${names}-next`, 'new-secret');
    clock = new Date();
    await sql`delete from component_state where component_id = ${componentId}::int`;
    side.server().effects.length = 0;
  });

  const planned = () =>
    addRecovery(flows.app, componentId, {
      action: { name: 'rollback', rollback_type: kind },
      executor: side.executor,
    });

  it('goes to the proven state that the ledger has seen, and its undo restores everything', async () => {
    const before = side.wished();
    const { id } = await planned();
    expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
    const there = JSON.stringify(side.wished());
    expect(there).toContain('old-secret');
    expect(there).not.toContain('new-secret');
    expect(there).not.toContain('-next');
    // In the cluster pods are part of the whole state, and of nothing else.
    const pods = kind === 'config' ? 5 : 3;
    if (side === inCluster) expect(cluster.deployment.spec.replicas).toBe(pods);
    await finish(flows.app, id);
    const [told] = await flows.app.sql`
      select rollback_type, to_state -> 'proven' as proven, success
      from ai_rollback_history where recovery_id = ${id}::uuid`;
    expect(told).toEqual({ rollback_type: kind, proven: true, success: true });
    expect(await everything(flows.app)).not.toContain('-secret');
    await undo(flows.app, id);
    expect(side.wished()).toEqual(before);
    expect(side.server().effects).toHaveLength(2 * side.times);
  });

  it.each([
    ['before the call', async () => undefined],
    ['after the call', (call: () => Promise<unknown>) => call()],
  ] as const)(
    'has one effect where its executor, and that of its undo, dies %s',
    async (_, act) => {
      const before = side.wished();
      const { id, executor } = await planned();
      await dieIn(flows.app, { id, executor }, act);
      await let20sPass(flows.app, id);
      await execute(flows.app, id);
      expect((await reread(flows.app, id)).state).toBe('verifying');
      expect(side.server().effects).toHaveLength(side.times);
      await finish(flows.app, id);
      await undo(flows.app, id, (back) => dieIn(flows.app, back, act));
      expect(side.wished()).toEqual(before);
      expect(side.server().effects).toHaveLength(2 * side.times);
    },
  );
});

describe('a rollback of the whole state with another number of pods', () => {
  /** Three pods ran then, and five do now. */
  const planned = async (scale: object | null) => {
    names += 1;
    const { sql } = flows.app;
    await sql`update components set removed_at = now()`;
    await sql`delete from recoveries`;
    clock = ago(600);
    inCluster.deploy(`shop:${names}`, 'old-secret');
    const { platform, executor } = inCluster;
    componentId = await addComponent(flows.stack, `shop-${names}`, { platform, scale });
    await assessHealthy(flows.app, componentId);
    await lookAtLive(flows.app);
    await lookAtLive(flows.app);
    clock = ago(5);
    inCluster.deploy(`shop:${names}-next`, 'new-secret');
    clock = new Date();
    await sql`delete from component_state where component_id = ${componentId}::int`;
    cluster.effects.length = 0;
    return addRecovery(flows.app, componentId, {
      action: { name: 'rollback', rollback_type: 'previous_state' },
      executor,
    });
  };

  it('is refused where that is outside the scale bounds of the component', async () => {
    const { id } = await planned({ min: 4, max: 9 });
    expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
    expect((await reread(flows.app, id)).error).toContain('3 instances, outside 4 to 9');
    expect(cluster.effects).toEqual([]);
  });

  it('is carried out within them, and its undo whatever they have become', async () => {
    const { id } = await planned({ min: 1, max: 9 });
    expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
    await finish(flows.app, id);
    await flows.app.sql`
      update components set scale = '{"min": 1, "max": 3}' where id = ${componentId}::int`;
    await undo(flows.app, id);
    expect(cluster.deployment.spec.replicas).toBe(5);
  });

  it('is not taken back past what somebody has deployed since with as many pods', async () => {
    const { id } = await planned(null);
    await execute(flows.app, id);
    await finish(flows.app, id);
    cluster.deploy(`shop:${names}-hotfix`, 'hotfix-secret');
    await expect(undo(flows.app, id)).rejects.toThrow();
    expect(JSON.stringify(inCluster.wished())).toContain('-hotfix');
    expect(cluster.effects).toHaveLength(1);
  });
});
