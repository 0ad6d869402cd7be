import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Action } from '../../lib/domain/decide/action.js';
import { execute } from '../../lib/flows/execute.js';
import { recoveryJson } from '../../lib/flows/recovery-json.js';
import { addComponent, addIncident, addRecovery, reread } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';
import { renderDeploy } from '../support/render/service.js';
import {
  assessHealthy,
  dieIn,
  everything,
  finish,
  let20sPass,
  lookAtLive,
  undo,
} from '../support/rollback-flow.js';

const CONFIG: Action = { name: 'rollback', rollback_type: 'config' };
const PLANTED = 'planted-hunter2';
const GOOD = [
  { key: 'DATABASE_URL', value: `postgres://good:${PLANTED}@db` },
  { key: 'PORT', value: '10000' },
];
const BAD = [
  { key: 'DATABASE_URL', value: `postgres://bad:${PLANTED}@db` },
  { key: 'PORT', value: '10000' },
  { key: 'EXTRA', value: PLANTED },
];

let flows: FlowStack;
let names = 0;
let componentId = 0;
const logged: unknown[] = [];

beforeAll(async () => {
  flows = await startFlowStack({ provenMinutes: 30, ledgerEveryS: 1 });
});

afterAll(() => flows.close());

const app = () => ({ ...flows.app, log: (line: unknown) => logged.push(line) });

const service = () => {
  const one = flows.render.state.get('srv-1');
  if (one === undefined) throw new Error('the service is there');
  return one;
};

/** A component whose good state has been proven, and whose configuration was changed for the worse since. */
beforeEach(async () => {
  names += 1;
  const { sql } = flows.app;
  await sql`update components set removed_at = now()`;
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const same = { commit: { id: 'commit-7' } };
  const good = renderDeploy(1, 'live', { ...same, createdAt: ago(600), env: GOOD });
  Object.assign(service(), { deploys: [good], envVars: structuredClone(GOOD) });
  componentId = await addComponent(flows.stack, `configured-${names}`);
  await assessHealthy(flows.app, componentId);
  await lookAtLive(app());
  await lookAtLive(app());
  service().deploys = [
    { ...good, status: 'deactivated' },
    renderDeploy(2, 'live', { ...same, createdAt: ago(5), env: BAD }),
  ];
  service().envVars = structuredClone(BAD);
  await lookAtLive(app());
  await sql`delete from component_state where component_id = ${componentId}::int`;
  flows.render.effects.length = 0;
});

const live = () => service().deploys.find(({ status }) => status === 'live');
const deployed = () => flows.render.effects.filter((one) => one === 'create-deploy').length;
const planned = () => addRecovery(flows.app, componentId, { action: CONFIG });
describe('a rollback of the configuration', () => {
  it('goes to the proven state, is told with masks, and its undo restores everything', async () => {
    const { id } = await planned();
    expect(await execute(app(), id)).toEqual({ kind: 'acted' });
    await finish(flows.app, id);
    expect(service().envVars).toEqual(GOOD);
    expect(live()).toMatchObject({ commit: { id: 'commit-7' }, env: GOOD });
    const [told] = await flows.app.sql`
      select rollback_type, from_state -> 'config' as from, to_state as to, success
      from ai_rollback_history where recovery_id = ${id}::uuid`;
    expect(told).toMatchObject({
      rollback_type: 'config',
      from: { DATABASE_URL: '***', EXTRA: '***' },
      to: { config: { DATABASE_URL: '***', EXTRA: null }, config_of: 'dep-1', proven: true },
      success: true,
    });

    await undo(app(), id);
    expect(service().envVars).toEqual(BAD);
    expect(live()).toMatchObject({ commit: { id: 'commit-7' }, env: BAD });

    const shown = JSON.stringify([recoveryJson(await reread(flows.app, id)), logged, flows.sent]);
    expect(`${await everything(flows.app)}${shown}`).not.toContain(PLANTED);
    expect(await everything(flows.app)).toContain('DATABASE_URL');
  });

  it.each(['update-env-vars-for-service', 'create-deploy'])(
    'ends in one deploy when the answer of %s is lost',
    async (operation) => {
      const incidentId = await addIncident(flows.app, componentId);
      const { id } = await addRecovery(flows.app, componentId, { action: CONFIG, incidentId });
      flows.render.answerNext(operation, { ending: 'drop', effect: true });
      await expect(execute(app(), id)).rejects.toMatchObject({ code: 'upstream_unavailable' });
      await let20sPass(flows.app, id);
      expect(await execute(app(), id)).toEqual({ kind: 'acted' });
      expect(deployed()).toBe(1);
      expect(live()).toMatchObject({ env: GOOD });
      await finish(flows.app, id);
      expect(`${await everything(flows.app)}${JSON.stringify(logged)}`).not.toContain(PLANTED);
    },
  );

  it.each(['before the call', 'between variables and deploy', 'after the deploy'])(
    'ends in one deploy when its executor dies %s',
    async (when) => {
      const { id } = await planned();
      await dieIn(app(), { id, executor: 'render' }, async (call) => {
        if (when === 'before the call') return;
        if (when === 'between variables and deploy') {
          flows.render.answerNext('create-deploy', { status: 503 });
        }
        await call();
      });
      expect(await execute(app(), id)).toEqual({ kind: 'acted' });
      expect(deployed()).toBe(1);
      expect(service().envVars).toEqual(GOOD);
      expect(live()).toMatchObject({ env: GOOD });
      await finish(flows.app, id);
    },
  );

  it('is refused, and says why, where nothing is proven', async () => {
    await flows.app.sql`update known_states set healthy_minutes = 0`;
    const { id } = await planned();
    expect(await execute(app(), id)).toEqual({ kind: 'failed' });
    expect(await reread(flows.app, id)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('the ledger knows no other configuration that is proven'),
    });
    expect(flows.render.effects).toEqual([]);
  });

  it('changes nothing where what was sealed cannot be opened any more', async () => {
    const { id } = await planned();
    flows.render.answerNext('update-env-vars-for-service', { status: 503 });
    await expect(execute(app(), id)).rejects.toMatchObject({ code: 'upstream_unavailable' });
    await let20sPass(flows.app, id);
    const current = { ...flows.app.secrets.current, id: '0'.repeat(16) };
    const other = { ...app(), secrets: { current, old: [] } };
    expect(await execute(other, id)).toEqual({ kind: 'failed' });
    expect(service().envVars).toEqual(BAD);
  });
});
