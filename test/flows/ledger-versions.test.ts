import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Action } from '../../lib/domain/decide/action.js';
import { checkHealing } from '../../lib/flows/check-healing.js';
import { execute } from '../../lib/flows/execute.js';
import { keepLedger } from '../../lib/flows/keep-ledger.js';
import { knownStates } from '../../lib/flows/known-states.js';
import { planIncident } from '../../lib/flows/plan-incident.js';
import { requireStanding } from '../../lib/flows/still-stands.js';
import { componentsById } from '../../lib/store/components.js';
import { readWindows } from '../../lib/store/windows.js';
import { healthy, NOW, settings, windowOf } from '../domain/decide/build.js';
import { type ClusterAndFly, startClusterAndFly } from '../support/cluster-and-fly.js';
import { addComponent, addIncident, addRecovery, reread } from '../support/flow-parts.js';
import type { FlowStack } from '../support/flow-stack.js';
import type { FlyServer } from '../support/fly-server.js';
import { autoscalerObject } from '../support/kubernetes/objects.js';
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

const ROLLBACK: Action = { name: 'rollback', rollback_type: 'deployment' };

let sides: ClusterAndFly;
let flows: FlowStack;
let fly: FlyServer;
let cluster: KubernetesServer;
let names = 0;
let componentId = 0;
/** The clock of both platforms. */
let clock = new Date();

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);

/** One of the platforms, as a test sees it. */
interface Side {
  readonly platform: object;
  readonly executor: 'kubernetes' | 'fly';
  /** The call that changes something, and how many of them a rollback makes. */
  readonly change: { readonly operation: string; readonly times: number };
  server(): KubernetesServer | FlyServer;
  deploy(image: string): void;
  /** What is wished for, as it has to be after an undo. */
  wished(): unknown;
  image(): unknown;
  /** Let the platform decide how many run. */
  scaleByNeed(): void;
}

const inCluster: Side = {
  platform: { type: 'kubernetes', deployment: 'shop' },
  executor: 'kubernetes',
  change: { operation: 'patchDeployment', times: 1 },
  server: () => cluster,
  deploy: (image) => cluster.deploy(image),
  wished: () => structuredClone(cluster.deployment.spec),
  image: () => cluster.deployment.spec.template.spec.containers,
  scaleByNeed: () => cluster.autoscalers.push(autoscalerObject('shop')),
};

const atFly: Side = {
  platform: { type: 'fly', app: 'shop' },
  executor: 'fly',
  change: { operation: 'update', times: 2 },
  server: () => fly,
  deploy: (image) => fly.deploy(image),
  wished: () => fly.machines.map(({ config }) => structuredClone(config)),
  image: () => fly.machines.map(({ config: { image } }) => ({ image })),
  scaleByNeed() {
    for (const machine of fly.machines) {
      machine.config = { ...machine.config, services: [{ autostop: 'suspend' }] };
    }
  },
};

const runs = (image: string, { executor }: Side) => {
  const one = expect.objectContaining({ image });
  return executor === 'fly' ? [one, one] : [one];
};

beforeAll(async () => {
  clock = ago(600);
  sides = await startClusterAndFly({ ledgerEveryS: 1 }, () => clock);
  ({ flows, cluster, fly } = sides);
});

afterAll(() => sides.close());

const known = async () => {
  const component = (await componentsById(flows.app.sql, [componentId])).get(componentId);
  if (component === undefined) throw new Error('the component is there');
  return knownStates(flows.app, componentId, component.platform, flows.app.baseSettings);
};

/** Let both platforms keep nothing of what ran before; Fly.io's clock does not go back. */
function forgetVersions(): void {
  cluster.controller.replicaSets.splice(0);
  for (const machine of fly.machines) Object.assign(machine, { events: [], versions: [] });
}

/** A recovery is judged by what a sweep has seen, or by nothing. */
const forgetHealth = () =>
  flows.app.sql`delete from component_state where component_id = ${componentId}::int`;

const planned = (side: Side, given: object = {}) =>
  addRecovery(flows.app, componentId, { action: ROLLBACK, executor: side.executor, ...given });

const changed = ({ server, change: { operation } }: Side) =>
  server().effects.filter((effect) => effect.startsWith(operation)).length;

describe.each([inCluster, atFly])('the ledger at $executor', (side) => {
  const image = (name: string) => `${name}-${names}`;

  /** `good` is proven, `bad` has a bad record, `new` was never seen, and `last` is live. */
  beforeEach(async () => {
    names += 1;
    const { sql } = flows.app;
    await sql`update components set removed_at = now()`;
    cluster.autoscalers.splice(0);
    forgetVersions();
    clock = ago(600);
    side.deploy(image('good'));
    componentId = await addComponent(flows.stack, `lived-${names}`, {
      platform: side.platform,
      scale: { min: 1, max: 3 },
    });
    await assessHealthy(flows.app, componentId);
    await lookAtLive(flows.app);
    await lookAtLive(flows.app);
    clock = ago(20);
    side.deploy(image('bad'));
    const incidentId = await addIncident(flows.app, componentId);
    await sql`
      update incidents
      set situation = 'deployment_regression', opened_at = now() - interval '10 minutes'
      where id = ${incidentId}::uuid`;
    await lookAtLive(flows.app);
    await sql`
      update incidents set closed_at = now(), closed_why = 'a test'
      where id = ${incidentId}::uuid`;
    clock = ago(4);
    side.deploy(image('new'));
    clock = ago(3);
    side.deploy(image('last'));
    clock = new Date();
    await lookAtLive(flows.app);
    await forgetHealth();
    side.server().effects.length = 0;
  });

  it('knows each version by its own record, and nothing of what they hold', async () => {
    expect(await known()).toMatchObject([
      { standing: 'unproven', instances: 2, config: null },
      { standing: 'bad', incidents: 1 },
      { standing: 'proven', incidents: 0 },
    ]);
    expect(await everything(flows.app)).not.toContain('pod-secret');
  });

  it('leads back to the proven version, past an unknown and a bad one, and its undo restores everything', async () => {
    const before = side.wished();
    const { id } = await planned(side);
    expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
    await finish(flows.app, id);
    expect(side.image()).toEqual(runs(image('good'), side));
    const [told] = await flows.app.sql`
      select to_state -> 'proven' as proven, success
      from ai_rollback_history where recovery_id = ${id}::uuid`;
    expect(told).toEqual({ proven: true, success: true });
    await undo(flows.app, id);
    expect(side.wished()).toEqual(before);
  });

  it.each(['before the call', 'after the call'])(
    'ends in one effect, and is taken back exactly, when its executor dies %s',
    async (when) => {
      const before = side.wished();
      const die = (recovery: Parameters<typeof dieIn>[1]) =>
        dieIn(flows.app, recovery, async (call) => {
          if (when === 'after the call') await call();
        });
      const recovery = await planned(side);
      await die(recovery);
      expect(await execute(flows.app, recovery.id)).toEqual({ kind: 'acted' });
      expect(changed(side)).toBe(side.change.times);
      expect(side.image()).toEqual(runs(image('good'), side));
      await finish(flows.app, recovery.id);
      await undo(flows.app, recovery.id, die);
      expect(changed(side)).toBe(2 * side.change.times);
      expect(side.wished()).toEqual(before);
    },
  );

  it('ends in one effect when the answer of its first change is lost', async () => {
    const { id } = await planned(side);
    side.server().answerNext(side.change.operation, { ending: 'drop', effect: true });
    await expect(execute(flows.app, id)).rejects.toMatchObject({ code: 'upstream_unavailable' });
    await let20sPass(flows.app, id);
    expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
    expect(changed(side)).toBe(side.change.times);
    await finish(flows.app, id);
  });

  it('has no way back where every version that is kept has a bad record, which the hourly look tells before', async () => {
    forgetVersions();
    side.deploy(image('good'));
    side.deploy(image('last'));
    const canRollBack = async () => {
      await flows.app.sql`delete from heal_checks`;
      await checkHealing(flows.app);
      const { body } = await flows.stack.call('GET', `/api/components/lived-${names}`);
      return body.can_be_healed.actions.find(
        (one: { action: string }) => one.action === 'rollback',
      );
    };
    expect(await canRollBack()).toMatchObject({ can: 'yes', by: side.executor });
    await flows.app.sql`update known_states set incidents = 1, blamed = 1`;
    const why = 'every version that could be returned to has a bad record';
    expect(await canRollBack()).toMatchObject({ can: 'no', why: expect.stringContaining(why) });
    const { id } = await planned(side);
    expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
    expect(await reread(flows.app, id)).toMatchObject({ error: expect.stringContaining(why) });
    expect(side.server().effects).toEqual([]);
  });

  it('refuses, by itself, to leave what went live after the incident had opened', async () => {
    const incidentId = await addIncident(flows.app, componentId);
    await flows.app.sql`
      update incidents set opened_at = now() - interval '5 minutes' where id = ${incidentId}::uuid`;
    const recovery = await planned(side, {
      ...{ incidentId, origin: 'automatic', state: 'failed', endedAgoS: 1 },
    });
    const component = (await componentsById(flows.app.sql, [componentId])).get(componentId);
    if (component === undefined) throw new Error('the component is there');
    const prepared = await flows.app.platforms[side.executor].prepare({
      ...{ recoveryId: recovery.id, component: component.name, target: component.platform },
      ...{ action: ROLLBACK, byPerson: false, known: await known() },
    });
    const standing = () => requireStanding(flows.app, recovery, undefined, prepared);
    await expect(standing()).rejects.toMatchObject({
      message: expect.stringContaining('went live after the incident had opened'),
    });
    await flows.app.sql`
      update incidents set opened_at = now() - interval '1 minute' where id = ${incidentId}::uuid`;
    await standing();
  });

  it('lets a plan scale up by one, within the bounds, and never where the platform decides', async () => {
    const steps = async () => {
      await assessHealthy(flows.app, componentId);
      await keepLedger(flows.app, flows.app.baseSettings);
      await forgetHealth();
      await flows.app.sql`update known_state_looks set looked_at = now() - interval '1 minute'`;
      const { windowS, windowPoints: points } = flows.app.baseSettings;
      const reach = { fromId: componentId, toId: componentId, windowS, points, at: null };
      const [watched] = (await readWindows(flows.app.sql, reach)).watched;
      if (watched === undefined) throw new Error('the component is there');
      const rising = Array.from({ length: 60 }, (_, i) => 50 + i);
      const plan = planIncident(
        flows.app.platforms,
        {
          watched,
          assessment: healthy({
            breaching: ['cpu_usage'],
            state: 'failing',
            metrics: { cpu_usage: 99 },
          }),
          window: windowOf({ cpu_usage: rising.map(() => 99), request_rate: rising }),
          ...{ memory: watched.memory, deployment: null, upstreamBad: null, rules: [] },
          provider: { kind: 'well', why: 'no status page is followed' },
        },
        settings(),
        NOW,
      );
      return plan.steps.map(({ action }) => action);
    };
    const [up, page] = await steps();
    expect([up, page]).toEqual([{ name: 'scale', to: 3 }, { name: 'page' }]);
    const { id } = await planned(side, { action: up });
    expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
    expect(await steps()).toEqual([{ name: 'page' }]);
    await finish(flows.app, id);
    await undo(flows.app, id);
    expect(await steps()).toEqual([up, page]);
    side.scaleByNeed();
    expect(await steps()).toEqual([{ name: 'page' }]);
  });
});
