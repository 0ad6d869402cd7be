import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { execute } from '../../lib/flows/execute.js';
import { agrees, requireStanding } from '../../lib/flows/still-stands.js';
import { sweep } from '../../lib/flows/sweep.js';
import { findRecovery } from '../../lib/store/recoveries.js';
import { addComponent, addIncident, addRecovery, reread } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';
import { renderDeploy } from '../support/render/service.js';

let flows: FlowStack;
let names = 0;

/** Nothing that a sweep would do by itself. */
const PLAN = { situation: 'unknown', cause: 'a test', steps: [] } as const;
const ROLLBACK = { name: 'rollback', rollback_type: 'deployment' } as const;

beforeAll(async () => {
  flows = await startFlowStack({ agreeing: 1, breachesToOpen: 1 });
});

afterAll(() => flows.close());

beforeEach(() => {
  const service = flows.render.state.get('srv-1');
  if (service !== undefined) service.deploys = [renderDeploy(2, 'live'), renderDeploy(1)];
  flows.render.effects.length = 0;
});

/** An instant so many seconds from now. */
const inS = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

/** A deploy that was begun ten minutes ago, and went live at an instant, if Render tells. */
const live = (finishedAt?: string) => {
  const service = flows.render.state.get('srv-1');
  if (service === undefined) throw new Error('there is no service');
  for (const deploy of service.deploys) deploy.status = 'deactivated';
  const { finishedAt: _, ...deploy } = renderDeploy(9, 'live', { createdAt: inS(-600) });
  service.deploys.push({ ...deploy, ...(finishedAt !== undefined && { finishedAt }) });
};

async function planned(given: object = {}) {
  names += 1;
  const component = `standing-${names}`;
  const componentId = await addComponent(flows.stack, component, {
    platform: { type: 'render', service_id: 'srv-1' },
    mode: 'auto',
  });
  const incidentId = await addIncident(flows.app, componentId, PLAN);
  const samples = Array.from({ length: 20 }, (_, i) => ({
    at: new Date(Date.now() - i * 1000).toISOString(),
    error_rate: 0.9,
    request_rate: 100,
  }));
  await flows.stack.call('POST', '/api/ingest', { component, samples });
  await flows.app.sql`update sweep_shards set leased_until = now(), tick = 0, done_tick = 0`;
  await sweep(flows.app, {});
  const recovery = await addRecovery(flows.app, componentId, {
    incidentId,
    action: ROLLBACK,
    ...given,
  });
  return { ...recovery, componentId };
}

describe('agrees', () => {
  it.each([
    [{ commit: 'a', deploy_id: 'x' }, { commit: 'a', deploy_id: 'y' }, true],
    [{ commit: 'a' }, { commit: 'b' }, false],
    [{ commit: null, image: 'i' }, { commit: 'b', image: 'i' }, true],
    [{ instances: 2 }, { instances: 3 }, false],
    // What somebody has deployed meanwhile has as many copies, and is another state for all that.
    [{ template_key: 'k', instances: 5 }, { template_key: 'z', instances: 5 }, false],
    [{ template_key: 'k', instances: 5 }, { template_key: 'k', instances: 7 }, true],
    [{ commit: null, instances: 5 }, { commit: 'b', instances: 5 }, true],
    [{ template_key: 'k' }, { template_key: 'k' }, true],
    [{ other: 1 }, { other: 2 }, true],
    [null, null, true],
  ])('%j and %j: %s', (one, other, expected) => expect(agrees(one, other)).toBe(expected));
});

describe('requireStanding', () => {
  it('does not undo what does not stand any more', async () => {
    const undone = await planned({ state: 'succeeded', actedAgoS: 60, endedAgoS: 30 });
    await flows.app.sql`
      update recoveries set after_state = '{"commit": "commit-1"}' where id = ${undone.id}::uuid`;
    const undo = await planned({ origin: 'undo', action: { ...ROLLBACK, to: 'dep-1' } });
    await flows.app.sql`
      update recoveries set undoes = ${undone.id}::uuid where id = ${undo.id}::uuid`;
    expect(await execute(flows.app, undo.id)).toEqual({ kind: 'failed' });
    expect((await reread(flows.app, undo.id)).error).toContain('does not stand any more');
    expect(flows.render.effects).not.toContain('rollback-deploy');
  });

  it('undoes what stands', async () => {
    const undone = await planned({ state: 'succeeded', actedAgoS: 60, endedAgoS: 30 });
    await flows.app.sql`
      update recoveries set after_state = '{"commit": "commit-2"}' where id = ${undone.id}::uuid`;
    const undo = await planned({ origin: 'undo', action: { ...ROLLBACK, to: 'dep-1' } });
    await flows.app.sql`
      update recoveries set undoes = ${undone.id}::uuid where id = ${undo.id}::uuid`;
    expect(await execute(flows.app, undo.id)).toEqual({ kind: 'acted' });
    expect(flows.render.effects).toContain('rollback-deploy');
  });

  it.each([
    ['that was built while the incident opened', () => inS(1), 'after the incident had opened'],
    ['of which Render does not tell when it went live', () => undefined, 'nobody knows whether'],
  ])('rolls no hotfix back by itself %s: that leads to the culprit', async (_, liveFrom, why) => {
    const { id } = await planned({ origin: 'automatic' });
    live(liveFrom());
    const executed = await execute(flows.app, id);
    expect({ executed, error: (await reread(flows.app, id)).error }).toEqual({
      executed: { kind: 'failed' },
      error: expect.stringContaining(why),
    });
    expect(flows.render.effects).not.toContain('rollback-deploy');
  });

  it('rolls nothing back for a person that went live only after they had asked', async () => {
    const { id } = await planned();
    live(inS(1));
    expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
    expect((await reread(flows.app, id)).error).toContain('went live after this was asked for');
    expect(flows.render.effects).not.toContain('rollback-deploy');
  });

  it.each([
    ['was live when they asked', inS(-60)],
    ['is live since nobody knows when', undefined],
  ])('rolls back for a person what %s', async (_, liveFrom) => {
    live(liveFrom);
    const { id } = await planned();
    expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
    expect(flows.render.effects).toContain('rollback-deploy');
  });

  it('rolls back what was live when the incident opened, however long it was built', async () => {
    live(inS(-60));
    const { id } = await planned({ origin: 'automatic' });
    expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
    expect(flows.render.effects).toContain('rollback-deploy');
  });

  it.each([
    [{ live_from: inS(-60) }, null],
    [{ live_from: inS(60) }, 'is not to blame'],
    [{ live_from: null, created_at: inS(-60) }, 'nobody knows whether'],
    [{ live_from: 'some day' }, 'is not to blame'],
    [{ live_from: inS(-60), created_at: inS(60) }, null],
    [{ created_at: inS(60) }, 'is not to blame'],
    [{ created_at: inS(-60) }, null],
    [{}, null],
  ])(
    'holds what a platform tells of when it went live against the incident: %j',
    async (before, why) => {
      const { id } = await planned({ origin: 'automatic' });
      const recovery = await reread(flows.app, id);
      const stands = requireStanding(flows.app, recovery, undefined, {
        before,
        after: null,
        inverse: null,
      });
      if (why === null) await expect(stands).resolves.toBeUndefined();
      else {
        await expect(stands).rejects.toMatchObject({
          code: 'refused',
          message: expect.stringContaining(why),
        });
      }
    },
  );

  it('does so where only a pipeline has told of it, too, and otherwise rolls back', async () => {
    const { id, componentId } = await planned({ origin: 'automatic' });
    await flows.app.sql`
      insert into deployments (id, component_id, version, kind, phase, started_at, ended_at)
      values (
        gen_random_uuid(), ${componentId}::int, 'v3', 'deployment', 'finished', now(),
        now() + interval '1 second')`;
    expect(await execute(flows.app, id)).toEqual({ kind: 'stopped' });
    expect((await reread(flows.app, id)).error).toContain('v3 went live since this was decided');
    expect(flows.render.effects).not.toContain('rollback-deploy');
    const other = await planned({ origin: 'automatic' });
    expect(await execute(flows.app, other.id)).toEqual({ kind: 'acted' });
    expect(flows.render.effects).toContain('rollback-deploy');
  });

  it('takes no copies away by itself that somebody has added since', async () => {
    const { id } = await planned({ origin: 'automatic', action: { name: 'scale', to: 3 } });
    const scaled = await findRecovery(flows.app.sql, id);
    if (scaled === null) throw new Error('there is no recovery');
    const at = (instances: number) =>
      requireStanding(flows.app, scaled, undefined, {
        before: { instances },
        after: { instances: 3 },
        inverse: null,
      });
    await expect(at(2)).resolves.toBeUndefined();
    await expect(at(5)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('has 5 instances by now, and was to get 3'),
    });
    await expect(
      requireStanding(flows.app, { ...scaled, origin: 'person' }, undefined, {
        before: { instances: 5 },
        after: { instances: 3 },
        inverse: null,
      }),
    ).resolves.toBeUndefined();
  });
});
