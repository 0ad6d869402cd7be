import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { execute } from '../../lib/flows/execute.js';
import { addComponent, addRecovery, reread } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';
import { renderDeploy } from '../support/render/service.js';

const HOUR_MS = 3_600_000;
const WHY = 'orders.total is gone';

let flows: FlowStack;
let names = 0;
let component = '';
let componentId = 0;

beforeAll(async () => {
  flows = await startFlowStack({ rollbackCooldownS: 0 });
});

afterAll(() => flows.close());

/** Hours ago, as Render writes instants. */
const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS).toISOString();

beforeEach(async () => {
  names += 1;
  component = `schema-${names}`;
  componentId = await addComponent(flows.stack, component);
  flows.render.effects.length = 0;
  const service = flows.render.state.get('srv-1');
  Object.assign(service ?? {}, {
    deploys: [
      renderDeploy(3, 'live', { createdAt: ago(1) }),
      renderDeploy(2, 'deactivated', { createdAt: ago(3) }),
      renderDeploy(1, 'deactivated', { createdAt: ago(9) }),
    ],
  });
});

/** A pipeline's word, as of some hours ago. */
async function report(hoursAgo: number, body: object): Promise<void> {
  const { status } = await flows.stack.call('POST', '/api/deployments', {
    component,
    version: 'v2',
    phase: 'finished',
    ...body,
  });
  expect(status).toBe(202);
  await flows.app.sql`
    update deployments
    set started_at = ${ago(hoursAgo)}::timestamptz, ended_at = ${ago(hoursAgo)}::timestamptz
    where component_id = ${componentId}::int
    and version = ${(body as { version?: string }).version ?? 'v2'}::text`;
}

async function rollBack(given: object = {}, action: object = {}) {
  const { id } = await addRecovery(flows.app, componentId, {
    action: { name: 'rollback', rollback_type: 'deployment', ...action },
    ...given,
  });
  const done = await execute(flows.app, id);
  return { ...done, id, error: (await reread(flows.app, id)).error };
}

describe('a rollback past a deployment that its pipeline calls one-way', () => {
  it.each(['finished', 'failed'])(
    'is refused, naming the boundary, though that has %s',
    async (phase) => {
      await report(2, { phase, one_way: WHY });
      const { kind, error } = await rollBack();
      expect(kind).toBe('failed');
      expect(error).toContain(`nothing from before v2 (`);
      expect(error).toContain(`can run any more: ${WHY}`);
      expect(flows.render.effects).toEqual([]);
    },
  );

  it('goes to what is newer than it, or is that deployment itself', async () => {
    await report(4, { one_way: WHY });
    expect((await rollBack()).kind).toBe('acted');
    expect(flows.render.effects).toContain('rollback-deploy');
  });

  it.each([{ commit: 'commit-2' }, { platform_ref: 'dep-2' }])(
    'goes to that deployment itself, known by %j',
    async (named) => {
      await report(2, { one_way: WHY, ...named });
      expect((await rollBack()).kind).toBe('acted');
    },
  );

  it('is held up by the newest such deployment alone, and by none that says nothing of it', async () => {
    await report(2, {});
    expect((await rollBack()).kind).toBe('acted');
  });

  it.each([
    ['previous', 'failed'],
    ['dep-1', 'acted'],
  ])('is a person’s to ask for, by the name of the version: %s has %s', async (to, kind) => {
    await report(2, { one_way: WHY });
    expect((await rollBack({}, { to })).kind).toBe(kind);
  });

  it('is kept with the deployment, also where the end says nothing of it, and shown', async () => {
    const send = (body: object) =>
      flows.stack.call('POST', '/api/deployments', { component, version: 'v9', ...body });
    const { body } = await send({ phase: 'started', one_way: WHY });
    expect(body).toMatchObject({ phase: 'started', one_way: WHY });
    expect((await send({ phase: 'finished' })).body).toMatchObject({ id: body.id, one_way: WHY });
    expect((await send({ phase: 'finished', one_way: '' })).status).toBe(400);
  });
});
