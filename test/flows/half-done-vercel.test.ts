import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { execute } from '../../lib/flows/execute.js';
import { addComponent, addRecovery, reread } from '../support/flow-parts.js';
import type { FlowStack } from '../support/flow-stack.js';
import {
  assessHealthy,
  everything,
  finish,
  let20sPass,
  lookAtLive,
} from '../support/rollback-flow.js';
import {
  breakItems,
  breakVariables,
  configured,
  PLANTED,
  PUT_BACK,
  settingsOf,
} from '../support/vercel/configured.js';
import { startVercelFlow, type VercelFlow } from '../support/vercel/flow.js';
import { vercelDeployment, vercelEnv, vercelProject } from '../support/vercel/project.js';
import { CONFIG, STATE, WITH_EDGE } from '../support/vercel/rig.js';
import type { VercelServer } from '../support/vercel-server.js';

let started: VercelFlow;
let flows: FlowStack;
let vercel: VercelServer;
let names = 0;
let componentId = 0;
let good: unknown;
let bad: unknown;

beforeAll(async () => {
  started = await startVercelFlow();
  ({ flows, vercel } = started);
});

afterAll(() => started.close());

const project = () => started.project();

/** A component whose good state has been proven, and whose settings were changed for the worse since. */
beforeEach(async () => {
  names += 1;
  const { sql } = flows.app;
  await sql`update components set removed_at = now()`;
  await sql`
    update recoveries set state = 'failed', ended_at = now(), claimed_until = null
    where ended_at is null`;
  await sql`update control set paused = false, paused_why = null`;
  Object.assign(project(), vercelProject('prj_1', configured()));
  good = settingsOf(project());
  componentId = await addComponent(flows.stack, `half-${names}`, { platform: WITH_EDGE });
  await assessHealthy(flows.app, componentId);
  await lookAtLive(flows.app);
  await lookAtLive(flows.app);
  breakVariables(project());
  breakItems(project());
  await lookAtLive(flows.app);
  await sql`delete from component_state where component_id = ${componentId}::int`;
  bad = settingsOf(project());
  vercel.effects.length = 0;
});

const settings = () => settingsOf(project());
const errorOf = async (id: string) => (await reread(flows.app, id)).error;

describe.each([
  { action: CONFIG, last: 'createDeployment' },
  { action: STATE, last: 'requestRollback' },
] as const)(
  'a rollback of type $action.rollback_type at Vercel that is half done',
  ({ action, last }) => {
    const STEPS = [...PUT_BACK.slice(1), last];

    /** It got as far as a call of its own, which was not made. */
    async function half(at: string): Promise<string> {
      const { id } = await addRecovery(flows.app, componentId, { action, executor: 'vercel' });
      vercel.answerNext(at, { ending: 'drop' });
      await expect(execute(flows.app, id)).rejects.toMatchObject({ code: 'upstream_unavailable' });
      expect(settings()).not.toEqual(bad);
      await let20sPass(flows.app, id);
      return id;
    }

    /** The same, with its last attempt used up. */
    async function usedUp(at: string): Promise<string> {
      const id = await half(at);
      await flows.app.sql`update recoveries set attempts = 5 where id = ${id}::uuid`;
      vercel.answerNext(at, { ending: 'drop' });
      expect(await execute(flows.app, id)).toEqual({ kind: 'given_up' });
      await let20sPass(flows.app, id);
      vercel.effects.length = 0;
      return id;
    }

    it.each(STEPS)('at %s is gone on with, though a freeze has begun', async (at) => {
      const id = await half(at);
      const freeze = await flows.stack.call('POST', '/api/admin/freezes', {
        component: `half-${names}`,
        why: 'a release',
        ends_at: new Date(Date.now() + 3_600_000).toISOString(),
      });
      expect(freeze.status).toBeLessThan(300);
      expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
      expect(settings()).toEqual(good);
      await finish(flows.app, id);
    });

    it.each(STEPS)('at %s is put back when its attempts are used up', async (at) => {
      const id = await usedUp(at);
      expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
      expect(settings()).toEqual(bad);
      expect(project().production).toBe('dpl_3');
      expect(vercel.effects).not.toContain(last);
      expect(await errorOf(id)).toMatch(/changed already, .*: .*DATABASE_URL.*; put back$/);
      expect(await everything(flows.app)).not.toContain(PLANTED);
    });

    it('is put back by a later attempt where putting back fails in the middle', async () => {
      const id = await usedUp(last);
      vercel.answerNext('patchEdgeConfigItems', { ending: 'drop' });
      expect(await execute(flows.app, id)).toEqual({ kind: 'given_up' });
      expect([good, bad]).not.toContainEqual(settings());
      await let20sPass(flows.app, id);
      expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
      expect(settings()).toEqual(bad);
    });

    it('is left where the kill switch stops it, and told by name', async () => {
      const id = await half(last);
      const left = settings();
      await flows.stack.call('POST', '/api/admin/pause', { why: 'hands off' });
      vercel.effects.length = 0;
      expect(await execute(flows.app, id)).toEqual({ kind: 'stopped' });
      expect(vercel.effects).toEqual([]);
      expect(settings()).toEqual(left);
      expect(await errorOf(id)).toMatch(/DATABASE_URL, .*; not put back: Forestall is paused/);
      expect(await everything(flows.app)).not.toContain(PLANTED);
    });

    it('is not put back under what somebody else has deployed with it', async () => {
      const id = await usedUp(last);
      project().deployments.push(vercelDeployment(20, { uid: 'dpl_4' }));
      project().production = 'dpl_4';
      await flows.app.sql`update recoveries set attempts = 11 where id = ${id}::uuid`;
      expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
      expect(vercel.effects).toEqual([]);
      expect(await errorOf(id)).toMatch(/changed already, .*DATABASE_URL, /);
    });

    it('is not put back over what somebody has changed meanwhile', async () => {
      const id = await usedUp(last);
      project().envs.push(vercelEnv('LATER', PLANTED));
      await flows.app.sql`update recoveries set attempts = 11 where id = ${id}::uuid`;
      expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
      expect(vercel.effects).toEqual([]);
      expect(await errorOf(id)).toMatch(/may be changed already, .*DATABASE_URL/);
      expect(await everything(flows.app)).not.toContain(PLANTED);
    });
  },
);
