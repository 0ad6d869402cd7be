import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { execute } from '../../lib/flows/execute.js';
import { verify } from '../../lib/flows/verify.js';
import {
  addComponent,
  addIncident,
  addRecovery,
  reread,
  timeline,
  told,
} from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';
import { renderDeploy } from '../support/render/service.js';

let flows: FlowStack;
let names = 0;

beforeAll(async () => {
  flows = await startFlowStack({ verifyPatienceS: 0, verifySamples: 1 });
});

afterAll(() => flows.close());

const service = () => {
  const one = flows.render.state.get('srv-1');
  if (one === undefined) throw new Error('the service is there');
  return one;
};

beforeEach(() => {
  const deploys = [renderDeploy(2, 'live'), renderDeploy(1)];
  Object.assign(service(), { deploys, autoDeploy: 'yes', autoDeployTrigger: 'checksPass' });
});

/** A component whose deployment was rolled back, and that rollback's end. */
async function rolledBack() {
  names += 1;
  const component = `handed-${names}`;
  const componentId = await addComponent(flows.stack, component);
  const incidentId = await addIncident(flows.app, componentId);
  const action = { name: 'rollback', rollback_type: 'deployment' } as const;
  const { id } = await addRecovery(flows.app, componentId, { incidentId, action });
  expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
  return { id, component, componentId, incidentId };
}

const end = (id: string) => flows.app.sql`
  update recoveries set state = 'succeeded', ended_at = now() where id = ${id}::uuid`;

const ask = (id: string, body: object = { reason: 'the fix is in' }) =>
  flows.stack.call('POST', `/api/recoveries/${id}/hand-back`, body);

it('switches them on as they were, lets the rollback stay, and tells it once', async () => {
  const { id, component, incidentId } = await rolledBack();
  expect(service()).toMatchObject({ autoDeploy: 'no' });
  expect((await ask(id)).body.detail).toContain('wait for its end');
  await end(id);
  const live = service().deploys.find(({ status }) => status === 'live')?.id;
  for (const _ of [1, 2]) {
    const { status, body } = await ask(id);
    expect(status).toBe(200);
    expect(body).toEqual({ recovery: { id, component }, auto_deploy: 'on' });
  }
  expect(service()).toMatchObject({ autoDeploy: 'yes', autoDeployTrigger: 'checksPass' });
  expect(service().deploys.find(({ status }) => status === 'live')?.id).toBe(live);
  expect((await reread(flows.app, id)).state).toBe('succeeded');
  expect(await told(flows.app, component)).toContain('auto_deploy_handed_back');
  const events = await timeline(flows.app, incidentId);
  expect(events.filter((kind) => kind === 'handed_back')).toHaveLength(1);
  const audit = await flows.app.sql`
    select who, why from audit where what = 'hand back' and detail ->> 'recovery_id' = ${id}::text`;
  expect(audit[0]).toEqual({ who: 'test admin', why: 'the fix is in' });
});

it('says so where Render still shows them off, and tells nothing', async () => {
  const { id, component } = await rolledBack();
  await end(id);
  flows.render.answerNext('update-service', { status: 403 });
  const { status, body } = await ask(id);
  expect(status).toBe(502);
  expect(body.detail).toContain(`${component}: automatic deploys:`);
  expect(await told(flows.app, component)).not.toContain('auto_deploy_handed_back');
  expect((await ask(id)).status).toBe(200);
});

it('hands back nothing that is not there to hand back', async () => {
  expect((await ask(randomUUID())).status).toBe(404);
  Object.assign(service(), { autoDeploy: 'no', autoDeployTrigger: 'off' });
  const { id, componentId } = await rolledBack();
  await end(id);
  expect((await ask(id)).body.detail).toContain('were off before it, too');
  const restart = await addRecovery(flows.app, componentId, { state: 'succeeded', endedAgoS: 1 });
  expect((await ask(restart.id)).body).toMatchObject({
    status: 409,
    detail: expect.stringContaining('it has switched nothing off'),
  });
  expect((await ask(id, {})).status).toBe(400);
  expect(service()).toMatchObject({ autoDeploy: 'no' });
});

it('leaves to the last rollback what that has locked, and waits for what is in flight', async () => {
  const { id, componentId } = await rolledBack();
  await end(id);
  const action = { name: 'rollback', rollback_type: 'deployment' } as const;
  const later = await addRecovery(flows.app, componentId, { action, state: 'executing' });
  expect((await ask(id)).body.detail).toBe(`recovery ${later.id} of the component is executing`);
  await flows.app.sql`
    update recoveries
    set
      state = 'succeeded', acted_at = now(), ended_at = now(),
      before_state = '{"auto_deploy": "yes", "auto_deploy_trigger": "commit"}'
    where id = ${later.id}::uuid`;
  expect((await ask(id)).body.detail).toContain(`recovery ${later.id} has switched them off since`);
  expect(service()).toMatchObject({ autoDeploy: 'no' });
});

it('hands back by the last rollback what one before it has switched off', async () => {
  const { id, componentId } = await rolledBack();
  await end(id);
  const action = { name: 'rollback', rollback_type: 'config' } as const;
  const before = { deploy_id: 'dep-1' };
  const done = { action, before, state: 'succeeded', actedAgoS: 0, endedAgoS: 0 } as const;
  const config = await addRecovery(flows.app, componentId, done);
  const off = { auto_deploy: 'no', auto_deploy_trigger: 'off' };
  const deployment = {
    ...done,
    action: { name: 'rollback', rollback_type: 'deployment' },
  } as const;
  const again = await addRecovery(flows.app, componentId, { ...deployment, before: off });
  for (const one of [again.id, config.id, id]) {
    Object.assign(service(), { autoDeploy: 'no', autoDeployTrigger: 'off' });
    expect((await ask(one)).status).toBe(200);
    expect(service()).toMatchObject({ autoDeploy: 'yes', autoDeployTrigger: 'checksPass' });
  }
});

it('changes nothing while everything is paused', async () => {
  const { id } = await rolledBack();
  await end(id);
  await flows.stack.call('POST', '/api/admin/pause', { why: 'hands off' });
  const { status, body } = await ask(id);
  await flows.stack.call('POST', '/api/admin/resume', { why: 'go on' });
  expect({ status, body }).toMatchObject({
    status: 409,
    body: { code: 'refused', guard: 'kill_switch', detail: expect.stringContaining('hands off') },
  });
  expect(service()).toMatchObject({ autoDeploy: 'no' });
  expect((await ask(id)).status).toBe(200);
});

it('is nothing for a key that is bound to another component', async () => {
  const { id } = await rolledBack();
  await end(id);
  const key = flows.stack.key(['operate'], 'another');
  const { status } = await flows.stack.call(
    'POST',
    `/api/recoveries/${id}/hand-back`,
    { reason: 'mine' },
    { authorization: `Bearer ${key}` },
  );
  expect(status).toBe(403);
  expect(service()).toMatchObject({ autoDeploy: 'no' });
  expect(await verify(flows.app, id)).toEqual({ outcome: 'already succeeded' });
});
