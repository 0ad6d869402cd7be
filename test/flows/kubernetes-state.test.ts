import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Action, RollbackType } from '../../lib/domain/decide/action.js';
import { execute } from '../../lib/flows/execute.js';
import { addComponent, addRecovery, reread } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';
import { type KubernetesServer, startKubernetesServer } from '../support/kubernetes-server.js';
import {
  assessHealthy,
  dieIn,
  everything,
  finish,
  let20sPass,
  lookAtLive,
  undo,
} from '../support/rollback-flow.js';

let flows: FlowStack;
let cluster: KubernetesServer;
let clock = new Date();
let names = 0;
let componentId = 0;

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);

beforeAll(async () => {
  cluster = await startKubernetesServer({
    token: 'kubernetes_test',
    now: () => clock,
    images: ['shop:1'],
  });
  flows = await startFlowStack(
    { provenMinutes: 30, rollbackCooldownS: 0 },
    { KUBERNETES_API_URL: cluster.url, KUBERNETES_TOKEN: 'kubernetes_test' },
  );
});

afterAll(async () => {
  await flows.close();
  await cluster.close();
});

/** A state with three pods is proven; then the variable of the same image was changed, and the number of pods. */
beforeEach(async () => {
  names += 1;
  const { sql } = flows.app;
  await sql`update components set removed_at = now()`;
  await sql`delete from recoveries`;
  clock = ago(600);
  cluster.deploy(`shop:${names}`, 'old-secret');
  cluster.deployment.spec.replicas = 3;
  cluster.controller.reconcile();
  componentId = await addComponent(flows.stack, `shop-${names}`, {
    platform: { type: 'kubernetes', deployment: 'shop' },
  });
  await assessHealthy(flows.app, componentId);
  await lookAtLive(flows.app);
  await lookAtLive(flows.app);
  clock = ago(5);
  cluster.deploy(`shop:${names}`, 'new-secret');
  cluster.deployment.spec.replicas = 5;
  cluster.controller.reconcile();
  clock = new Date();
  await sql`delete from component_state where component_id = ${componentId}::int`;
  cluster.effects.length = 0;
});

const wished = () => structuredClone(cluster.deployment.spec);
const rollback = (kind: RollbackType): Action => ({ name: 'rollback', rollback_type: kind });
const planned = (kind: RollbackType) =>
  addRecovery(flows.app, componentId, { action: rollback(kind), executor: 'kubernetes' });

describe.each([
  ['config', 5],
  ['previous_state', 3],
] as const)('a rollback of the %s in a cluster', (kind, pods) => {
  it('goes to the proven state that the ledger has seen, and its undo restores everything', async () => {
    const before = wished();
    const { id } = await planned(kind);
    expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
    expect(JSON.stringify(wished().template)).toContain('old-secret');
    expect(wished().replicas).toBe(pods);
    await finish(flows.app, id);
    const [told] = await flows.app.sql`
      select rollback_type, to_state -> 'proven' as proven, success
      from ai_rollback_history where recovery_id = ${id}::uuid`;
    expect(told).toEqual({ rollback_type: kind, proven: true, success: true });
    await undo(flows.app, id);
    expect(wished()).toEqual(before);
    expect(cluster.effects).toEqual(['patchDeployment', 'patchDeployment']);
    expect(await everything(flows.app)).not.toContain('-secret');
  });

  it.each([
    ['before the call', async () => undefined],
    ['after the call', (call: () => Promise<unknown>) => call()],
  ] as const)(
    'has one effect where its executor, and that of its undo, dies %s',
    async (_, act) => {
      const before = wished();
      const { id, executor } = await planned(kind);
      await dieIn(flows.app, { id, executor }, act);
      await let20sPass(flows.app, id);
      await execute(flows.app, id);
      expect((await reread(flows.app, id)).state).toBe('verifying');
      expect(cluster.effects).toHaveLength(1);
      await finish(flows.app, id);
      await undo(flows.app, id, (back) => dieIn(flows.app, back, act));
      expect(wished()).toEqual(before);
      expect(cluster.effects).toHaveLength(2);
    },
  );
});
