import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Action } from '../../lib/domain/decide/action.js';
import { execute } from '../../lib/flows/execute.js';
import { knownStates } from '../../lib/flows/known-states.js';
import { recoveryJson } from '../../lib/flows/recovery-json.js';
import type { StoredRecovery } from '../../lib/store/recoveries.js';
import { addComponent, addIncident, addRecovery, reread } from '../support/flow-parts.js';
import type { FlowStack } from '../support/flow-stack.js';
import {
  assessHealthy,
  dieIn,
  everything,
  finish,
  let20sPass,
  lookAtLive,
  undo,
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
import { type VercelProject, vercelProject } from '../support/vercel/project.js';
import { CONFIG, STATE, WITH_EDGE } from '../support/vercel/rig.js';
import type { VercelServer } from '../support/vercel-server.js';

let started: VercelFlow;
let flows: FlowStack;
let vercel: VercelServer;
let names = 0;
let componentId = 0;
let good: unknown;
let bad: VercelProject;
const logged: unknown[] = [];

beforeAll(async () => {
  started = await startVercelFlow();
  ({ flows, vercel } = started);
});

afterAll(() => started.close());

const app = () => ({ ...flows.app, log: (line: unknown) => logged.push(line) });

const project = () => started.project();

/** A component whose good state has been proven, and whose settings were changed for the worse since. */
beforeEach(async () => {
  names += 1;
  const { sql } = flows.app;
  await sql`update components set removed_at = now()`;
  Object.assign(project(), vercelProject('prj_1', configured()));
  good = settingsOf(project());
  componentId = await addComponent(flows.stack, `baked-${names}`, { platform: WITH_EDGE });
  await assessHealthy(flows.app, componentId);
  await lookAtLive(app());
  await lookAtLive(app());
  breakVariables(project());
  await lookAtLive(app());
  breakItems(project());
  await lookAtLive(app());
  await sql`delete from component_state where component_id = ${componentId}::int`;
  bad = structuredClone(project());
  vercel.effects.length = 0;
});

const known = () => knownStates(flows.app, componentId, WITH_EDGE, flows.app.baseSettings);

const live = () => project().deployments.find(({ uid }) => uid === project().production);
const planned = (action: Action) =>
  addRecovery(flows.app, componentId, { action, executor: 'vercel' });
const count = (effect: string) => vercel.effects.filter((one) => one === effect).length;
/** Everything that is told, and everything that is stored in plain. */
const shown = async (id: string) =>
  `${await everything(flows.app)}${JSON.stringify([recoveryJson(await reread(flows.app, id)), logged, flows.sent])}`;

describe('the ledger, at Vercel', () => {
  it('knows each deployment, and each change of the Edge Config under it, by its own record', async () => {
    expect(await known()).toMatchObject([
      {
        deploymentId: expect.stringMatching(/^dpl_3\+\d+\.3$/),
        version: 'commit-2',
        firstSeen: expect.any(Date),
      },
      { deploymentId: expect.stringMatching(/^dpl_3\+\d+\.3$/), version: 'commit-2' },
      { deploymentId: expect.stringMatching(/^dpl_2\+\d+\.3$/), standing: 'proven' },
    ]);
    expect(await everything(flows.app)).not.toContain(PLANTED);
  });

  it('reads the variables of a state at its first look alone', async () => {
    await assessHealthy(flows.app, componentId);
    const before = vercel.calls.length;
    await lookAtLive(app());
    const operations = vercel.calls.slice(before).map(({ operation }) => operation);
    expect(operations).toContain('getEdgeConfigItems');
    expect(operations).not.toContain('filterProjectEnvs');
    const [newest] = await known();
    expect(newest?.config).toMatchObject({ EXTRA: expect.stringContaining(PLANTED) });
  });

  it('lays an incident to what went live last, also where items were only removed', async () => {
    const before = await known();
    project().edgeItems = project().edgeItems.filter(({ key }) => key === 'secret');
    await assessHealthy(flows.app, componentId);
    const incidentId = await addIncident(flows.app, componentId);
    await flows.app.sql`
      update incidents set situation = 'config_regression' where id = ${incidentId}::uuid`;
    await lookAtLive(app());
    const [newest, ...others] = await known();
    expect(others.map(({ standing }) => standing)).toEqual(before.map(({ standing }) => standing));
    expect(newest).toMatchObject({
      deploymentId: expect.stringMatching(/^dpl_3\+\d+\.1$/),
      standing: 'bad',
    });
  });
});

describe.each([
  { action: CONFIG, last: 'createDeployment', back: 'createDeployment', ends: 'dpl_new' },
  { action: STATE, last: 'requestRollback', back: 'requestPromote', ends: 'dpl_2' },
] as const)(
  'a rollback of type $action.rollback_type at Vercel',
  ({ action, last, back, ends }) => {
    it('goes to the proven state, is told with masks, and its undo restores everything', async () => {
      const { id } = await planned(action);
      expect(await execute(app(), id)).toEqual({ kind: 'acted' });
      await finish(flows.app, id);
      expect(settingsOf(project())).toEqual(good);
      expect(project().production).toContain(ends);
      const [told] = await flows.app.sql`
      select rollback_type, from_state -> 'config' as from, to_state -> 'config' as to, success
      from ai_rollback_history where recovery_id = ${id}::uuid`;
      expect(told).toMatchObject({
        rollback_type: action.rollback_type,
        from: { DATABASE_URL: '***', EXTRA: '***', POOL: null, 'edge_config:new': '***' },
        to: { DATABASE_URL: '***', EXTRA: null, POOL: '***', 'edge_config:new': null },
        success: true,
      });

      await undo(app(), id);
      expect(settingsOf(project())).toEqual(settingsOf(bad));
      expect(project().autoAssignCustomDomains).toBe(true);
      expect(live()).toMatchObject({ meta: { githubCommitSha: 'commit-2' } });
      expect(project().deployments).toEqual(expect.arrayContaining(bad.deployments));
      if (action === STATE) expect(project().production).toBe('dpl_3');
      else expect(live()?.env).toMatchObject({ EXTRA: PLANTED });
      const all = await shown(id);
      expect(all).not.toContain(PLANTED);
      expect(all).toContain('DATABASE_URL');
    });

    it.each([...PUT_BACK, last])(
      'ends in one effect when the answer of %s is lost',
      async (lost) => {
        const { id } = await planned(action);
        vercel.answerNext(lost, { ending: 'drop', effect: true });
        await expect(execute(app(), id)).rejects.toMatchObject({ code: 'upstream_unavailable' });
        await let20sPass(flows.app, id);
        expect(await execute(app(), id)).toEqual({ kind: 'acted' });
        expect(count(last)).toBe(1);
        expect(settingsOf(project())).toEqual(good);
        await finish(flows.app, id);
        expect(await shown(id)).not.toContain(PLANTED);
      },
    );

    /** The executor dies in its call, at a call of Vercel's that is not made any more. */
    const dies = (recovery: Pick<StoredRecovery, 'id' | 'executor'>, when: string) =>
      dieIn(app(), recovery, async (call) => {
        if (when === 'before the call') return;
        if (when !== 'after the call') vercel.answerNext(when, { ending: 'drop' });
        await call();
      });

    it.each(['before the call', ...PUT_BACK, last, 'after the call'])(
      'ends in one effect when its executor dies: %s',
      async (when) => {
        const recovery = await planned(action);
        await dies(recovery, when);
        expect(await execute(app(), recovery.id)).toEqual({ kind: 'acted' });
        expect(count(last)).toBe(1);
        expect(settingsOf(project())).toEqual(good);
        await finish(flows.app, recovery.id);
        await undo(app(), recovery.id);
        expect(settingsOf(project())).toEqual(settingsOf(bad));
      },
    );

    it.each(['before the call', ...PUT_BACK, back, 'after the call'])(
      'is taken back exactly also when the executor of its undo dies: %s',
      async (when) => {
        const { id } = await planned(action);
        expect(await execute(app(), id)).toEqual({ kind: 'acted' });
        await finish(flows.app, id);
        vercel.effects.length = 0;
        await undo(app(), id, (one) => dies(one, when));
        expect(count(back)).toBe(1);
        expect(settingsOf(project())).toEqual(settingsOf(bad));
        expect(project().autoAssignCustomDomains).toBe(true);
        expect(live()?.env).toEqual(bad.deployments.at(-1)?.env);
      },
    );

    it('is refused, and says why, where nothing is proven', async () => {
      await flows.app.sql`update known_states set healthy_minutes = 0`;
      const { id } = await planned(action);
      expect(await execute(app(), id)).toEqual({ kind: 'failed' });
      expect(await reread(flows.app, id)).toMatchObject({
        state: 'failed',
        error: expect.stringContaining('proven'),
      });
      expect(vercel.effects).toEqual([]);
    });

    it('changes nothing where what was sealed cannot be opened any more', async () => {
      const { id } = await planned(action);
      vercel.answerNext('editProjectEnv', { ending: 'drop' });
      await expect(execute(app(), id)).rejects.toMatchObject({ code: 'upstream_unavailable' });
      await let20sPass(flows.app, id);
      const current = { ...flows.app.secrets.current, id: '0'.repeat(16) };
      const other = { ...app(), secrets: { current, old: [] } };
      expect(await execute(other, id)).toEqual({ kind: 'failed' });
      expect(settingsOf(project())).toEqual(settingsOf(bad));
    });
  },
);
