import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Action } from '../../lib/domain/decide/action.js';
import { execute } from '../../lib/flows/execute.js';
import { giveUp } from '../../lib/flows/give-up.js';
import { verify } from '../../lib/flows/verify.js';
import { addComponent, addIncident, addRecovery, reread } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';
import { renderDeploy } from '../support/render/service.js';
import {
  assessHealthy,
  everything,
  finish,
  let20sPass,
  lookAtLive,
} from '../support/rollback-flow.js';

const PLANTED = 'planted-half-4';
const GOOD = [
  { key: 'DATABASE_URL', value: `postgres://good:${PLANTED}@db` },
  { key: 'PORT', value: '10000' },
];
const BAD = [
  { key: 'DATABASE_URL', value: `postgres://bad:${PLANTED}@db` },
  { key: 'PORT', value: '10000' },
  { key: 'EXTRA', value: PLANTED },
];
const CHANGED = 'changed already, and not live yet: DATABASE_URL, EXTRA';

let flows: FlowStack;
let names = 0;
let componentId = 0;
let incidentId = '';

beforeAll(async () => {
  flows = await startFlowStack({ provenMinutes: 30, ledgerEveryS: 1 });
});

afterAll(() => flows.close());

const service = () => {
  const one = flows.render.state.get('srv-1');
  if (one === undefined) throw new Error('the service is there');
  return one;
};

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** A component whose good state has been proven, and which was deployed for the worse since. */
async function broken(commit: string): Promise<void> {
  names += 1;
  const { sql } = flows.app;
  await sql`update components set removed_at = now()`;
  await sql`update recoveries set state = 'failed', ended_at = now(), claimed_until = null where ended_at is null`;
  await sql`update control set paused = false, paused_why = null`;
  const good = renderDeploy(1, 'live', {
    commit: { id: 'commit-7' },
    createdAt: ago(600),
    finishedAt: ago(599),
    env: GOOD,
  });
  Object.assign(service(), { deploys: [good], envVars: structuredClone(GOOD) });
  componentId = await addComponent(flows.stack, `half-${names}`);
  await assessHealthy(flows.app, componentId);
  await lookAtLive(flows.app);
  await lookAtLive(flows.app);
  const bad = { commit: { id: commit }, createdAt: ago(5), finishedAt: ago(4), env: BAD };
  service().deploys = [{ ...good, status: 'deactivated' }, renderDeploy(2, 'live', bad)];
  service().envVars = structuredClone(BAD);
  await lookAtLive(flows.app);
  await sql`delete from component_state where component_id = ${componentId}::int`;
  incidentId = await addIncident(flows.app, componentId);
  flows.render.effects.length = 0;
}

const pause = async () => {
  const { status } = await flows.stack.call('POST', '/api/admin/pause', { why: 'hands off' });
  expect(status).toBeLessThan(300);
};

const count = (effect: string) => flows.render.effects.filter((one) => one === effect).length;

/** What people were asked about the component. */
async function asked(): Promise<string> {
  const rows = await flows.app.sql`
    select input_data from unified_brain
    where metadata ->> 'component' = ${`half-${names}`}::text and action_type = 'escalation'`;
  return JSON.stringify(rows);
}

describe.each([
  {
    type: 'config',
    commit: 'commit-7',
    last: 'create-deploy',
  },
  { type: 'previous_state', commit: 'commit-8', last: 'rollback-deploy' },
] as const)('a rollback of type $type that is half done', ({ type, commit, last }) => {
  const action: Action = { name: 'rollback', rollback_type: type };
  beforeEach(() => broken(commit));

  /** Variables were replaced, and what makes them live was not done. */
  async function half(): Promise<string> {
    const { id } = await addRecovery(flows.app, componentId, { action, incidentId });
    flows.render.answerNext(last, { status: 503 });
    await expect(execute(flows.app, id)).rejects.toMatchObject({ code: 'upstream_unavailable' });
    expect(service().envVars).toEqual(GOOD);
    await let20sPass(flows.app, id);
    return id;
  }

  /** The same, with its last attempt used up. */
  async function usedUp(): Promise<string> {
    const id = await half();
    for (let attempt = 2; attempt < 6; attempt += 1) {
      flows.render.answerNext(last, { status: 503 });
      await expect(execute(flows.app, id)).rejects.toMatchObject({ code: 'upstream_unavailable' });
      await let20sPass(flows.app, id);
    }
    flows.render.answerNext(last, { status: 503 });
    flows.sent.length = 0;
    expect(await execute(flows.app, id)).toEqual({ kind: 'given_up' });
    expect(flows.sent).toMatchObject([{ body: { kind: 'recover', recovery_id: id }, delayS: 20 }]);
    expect(await reread(flows.app, id)).toMatchObject({ state: 'executing', attempts: 6 });
    await let20sPass(flows.app, id);
    return id;
  }

  const errorOf = async (id: string) => (await reread(flows.app, id)).error;

  it('is gone on with, though a freeze has begun and the incident has closed', async () => {
    const id = await half();
    const freeze = await flows.stack.call('POST', '/api/admin/freezes', {
      component: `half-${names}`,
      why: 'a release',
      ends_at: new Date(Date.now() + 3_600_000).toISOString(),
    });
    expect(freeze.status).toBeLessThan(300);
    await flows.app.sql`update recoveries set origin = 'automatic' where id = ${id}::uuid`;
    await flows.app.sql`
      update incidents set closed_at = now(), closed_why = 'calm' where id = ${incidentId}::uuid`;
    expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
    expect(count(last)).toBe(1);
    await finish(flows.app, id);
    expect(service().envVars).toEqual(GOOD);
  });

  it('is left where the kill switch stops it, and a person is told what is left', async () => {
    const id = await half();
    await pause();
    flows.render.effects.length = 0;
    expect(await execute(flows.app, id)).toEqual({ kind: 'stopped' });
    expect(flows.render.effects).toEqual([]);
    expect(await errorOf(id)).toContain(`${CHANGED}; not put back: Forestall is paused: hands off`);
    expect(await asked()).toContain('DATABASE_URL, EXTRA');
    expect(await everything(flows.app)).not.toContain(PLANTED);
  });

  it('is put back when its attempts are used up, once', async () => {
    const id = await usedUp();
    expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
    expect(service().envVars).toEqual(BAD);
    expect(service().deploys.find(({ status }) => status === 'live')).toMatchObject({ env: BAD });
    expect(count(last)).toBe(0);
    expect(await errorOf(id)).toMatch(new RegExp(`503.*${CHANGED}; put back$`));
    const writes = count('update-env-vars-for-service');
    expect(await execute(flows.app, id)).toMatchObject({ kind: 'not_due' });
    expect(count('update-env-vars-for-service')).toBe(writes);
    expect(await everything(flows.app)).not.toContain(PLANTED);
  });

  it('is put back by a later attempt where putting back fails once', async () => {
    const id = await usedUp();
    flows.render.answerNext('update-env-vars-for-service', { status: 503 });
    expect(await execute(flows.app, id)).toEqual({ kind: 'given_up' });
    expect(service().envVars).toEqual(GOOD);
    await let20sPass(flows.app, id);
    expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
    expect(service().envVars).toEqual(BAD);
    expect(await errorOf(id)).toMatch(/503.*put back$/);
  });

  it('is put back once where the attempt that put it back died before it could say so', async () => {
    const id = await usedUp();
    const hold = flows.render.hold('update-env-vars-for-service', 'after');
    const dying = execute(flows.app, id);
    await hold.reached;
    await let20sPass(flows.app, id);
    expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
    hold.release();
    expect(await dying).toEqual({ kind: 'superseded' });
    expect(service().envVars).toEqual(BAD);
    expect((await reread(flows.app, id)).state).toBe('failed');
  });

  it('is recorded as done where its last call took effect after all', async () => {
    const id = await half();
    await flows.app.sql`update recoveries set attempts = 5 where id = ${id}::uuid`;
    flows.render.answerNext(last, { ending: 'drop', effect: true });
    expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
    expect(count(last)).toBe(1);
    await finish(flows.app, id);
    expect(service().envVars).toEqual(GOOD);
  });

  it('is not put back over what somebody has changed meanwhile; a person is told', async () => {
    const id = await usedUp();
    service().envVars = [...GOOD, { key: 'LATER', value: PLANTED }];
    flows.render.effects.length = 0;
    for (let attempt = 7; attempt < 12; attempt += 1) {
      expect(await execute(flows.app, id)).toEqual({ kind: 'given_up' });
    }
    expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
    expect(flows.render.effects).toEqual([]);
    const left = 'these may be changed already, and not be live: DATABASE_URL, EXTRA';
    expect(await errorOf(id)).toContain(left);
    expect(await asked()).toContain(left);
    expect(await everything(flows.app)).not.toContain(PLANTED);
  });

  it('is not put back under a deploy that somebody else has made with it; a person is told', async () => {
    const id = await half();
    for (const one of service().deploys) one.status = 'deactivated';
    service().deploys.push(renderDeploy(3, 'live', { createdAt: ago(0), env: GOOD }));
    flows.render.effects.length = 0;
    expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
    expect(flows.render.effects).toEqual([]);
    expect(await errorOf(id)).toMatch(new RegExp(`${CHANGED}; not put back: .*dep-3 went live`));
    expect(await asked()).toContain('DATABASE_URL, EXTRA');
  });

  it('is not put back where the kill switch is on by then', async () => {
    const id = await usedUp();
    await pause();
    flows.render.effects.length = 0;
    expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
    expect(flows.render.effects).toEqual([]);
    expect(await errorOf(id)).toContain(`${CHANGED}; not put back: Forestall is paused`);
    expect(await asked()).toContain('DATABASE_URL, EXTRA');
  });

  it('is put back where its deploy does not go live in the end', async () => {
    const { id } = await addRecovery(flows.app, componentId, { action, incidentId });
    expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
    expect(service().envVars).toEqual(GOOD);
    const [, old, made] = service().deploys;
    if (old === undefined || made === undefined) throw new Error('there are three');
    Object.assign(made, { status: 'update_failed' });
    Object.assign(old, { status: 'live' });
    await flows.app.sql`update recoveries set verify_at = now() where id = ${id}::uuid`;
    expect(await verify(flows.app, id)).toEqual({ outcome: 'failed' });
    expect(service().envVars).toEqual(BAD);
    expect(await errorOf(id)).toMatch(/did not go live.*DATABASE_URL, EXTRA.*; put back$/);
  });

  it('is told where its deploy does not go live, and what was sealed cannot be opened any more', async () => {
    const { id } = await addRecovery(flows.app, componentId, { action, incidentId });
    expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
    await flows.app.sql`update recoveries set verify_at = now() where id = ${id}::uuid`;
    const current = { ...flows.app.secrets.current, id: '0'.repeat(16) };
    const other = { ...flows.app, secrets: { current, old: [] } };
    expect(await verify(other, id)).toEqual({ outcome: 'failed' });
    expect(service().envVars).toEqual(GOOD);
    expect(await asked()).toContain('these may be changed already, and not be live: DATABASE_URL');
  });

  it('is told by name when the queue gives its message up, and still carried on with', async () => {
    const id = await half();
    const message = JSON.stringify({ kind: 'recover', recovery_id: id, token: 1 });
    const sourceBody = Buffer.from(message).toString('base64');
    const callback = { sourceMessageId: `msg_${id}`, status: 503, retried: 5, sourceBody };
    expect(await giveUp(flows.app, callback)).toEqual({ outcome: 'a person was asked' });
    expect(await asked()).toContain('these may be changed already, and not be live: DATABASE_URL');
    expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
  });
});
