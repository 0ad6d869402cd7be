import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Action } from '../../lib/domain/decide/action.js';
import { execute } from '../../lib/flows/execute.js';
import { finishRecovery } from '../../lib/flows/finish-recovery.js';
import { keepLedger } from '../../lib/flows/keep-ledger.js';
import { recoveryJson } from '../../lib/flows/recovery-json.js';
import { reportEnd } from '../../lib/flows/report-end.js';
import { addComponent, addIncident, addRecovery, reread } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';
import { renderDeploy } from '../support/render/service.js';

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
  await sql`
    insert into component_state (component_id, memory, assessment, evidence, premise, assessed_at)
    values (${componentId}::int, '{}', '{"state": "healthy"}', '{}', '{}', now())`;
  await look();
  await look();
  service().deploys = [
    { ...good, status: 'deactivated' },
    renderDeploy(2, 'live', { ...same, createdAt: ago(5), env: BAD }),
  ];
  service().envVars = structuredClone(BAD);
  await look();
  await sql`delete from component_state where component_id = ${componentId}::int`;
  flows.render.effects.length = 0;
});

/** One look at what is live; the one before it was 40 minutes ago. */
async function look(): Promise<void> {
  await keepLedger(app(), flows.app.baseSettings);
  await flows.app.sql`
    update known_state_looks set looked_at = now() - interval '40 minutes'`;
  await flows.app.sql`
    update known_states set last_seen = now() - interval '40 minutes'`;
}

/** Whatever any table holds. */
async function everything(): Promise<string> {
  const tables = await flows.app.sql`
    select query_to_xml(format('select row.* from %I.%I as row', schemaname, tablename), true, false, '')::text as text
    from pg_tables
    where schemaname = 'public'`;
  return JSON.stringify(tables);
}

const live = () => service().deploys.find(({ status }) => status === 'live');
const deployed = () => flows.render.effects.filter((one) => one === 'create-deploy').length;
const planned = () => addRecovery(flows.app, componentId, { action: CONFIG });
const let20sPass = (id: string) => flows.app.sql`
  update recoveries
  set
    claimed_until = now(), called_at = called_at - interval '30 seconds',
    started_at = started_at - interval '30 seconds'
  where id = ${id}::uuid`;

async function finish(id: string): Promise<void> {
  const recovery = await reread(flows.app, id);
  const reported = await reportEnd(flows.app, recovery);
  expect(reported).toMatchObject({ kind: 'done' });
  await finishRecovery(flows.app, recovery, recovery, {
    from: ['verifying'],
    to: 'succeeded',
    why: 'it went well',
    result: reported.kind === 'done' ? reported.result : null,
    proof: null,
  });
}

describe('a rollback of the configuration', () => {
  it('goes to the proven state, is told with masks, and its undo restores everything', async () => {
    const { id } = await planned();
    expect(await execute(app(), id)).toEqual({ kind: 'acted' });
    await finish(id);
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

    const done = await reread(flows.app, id);
    if (done.inverse === null) throw new Error('it has an inverse');
    const undo = await addRecovery(flows.app, componentId, {
      action: done.inverse,
      origin: 'undo',
    });
    await flows.app.sql`update recoveries set undoes = ${id}::uuid where id = ${undo.id}::uuid`;
    expect(await execute(app(), undo.id)).toEqual({ kind: 'acted' });
    await finish(undo.id);
    expect(service().envVars).toEqual(BAD);
    expect(live()).toMatchObject({ commit: { id: 'commit-7' }, env: BAD });
    expect(await reread(flows.app, id)).toMatchObject({ state: 'undone' });

    const shown = JSON.stringify([recoveryJson(await reread(flows.app, id)), logged, flows.sent]);
    expect(`${await everything()}${shown}`).not.toContain(PLANTED);
    expect(await everything()).toContain('DATABASE_URL');
  });

  it.each(['update-env-vars-for-service', 'create-deploy'])(
    'ends in one deploy when the answer of %s is lost',
    async (operation) => {
      const incidentId = await addIncident(flows.app, componentId);
      const { id } = await addRecovery(flows.app, componentId, { action: CONFIG, incidentId });
      flows.render.answerNext(operation, { ending: 'drop', effect: true });
      await expect(execute(app(), id)).rejects.toMatchObject({ code: 'upstream_unavailable' });
      await let20sPass(id);
      expect(await execute(app(), id)).toEqual({ kind: 'acted' });
      expect(deployed()).toBe(1);
      expect(live()).toMatchObject({ env: GOOD });
      await finish(id);
      expect(`${await everything()}${JSON.stringify(logged)}`).not.toContain(PLANTED);
    },
  );

  it.each(['before the call', 'between variables and deploy', 'after the deploy'])(
    'ends in one deploy when its executor dies %s',
    async (when) => {
      const { id } = await planned();
      const { render } = flows.app.platforms;
      const dead = new Promise<never>(() => undefined);
      let reached = () => {};
      const here = new Promise<void>((resolve) => {
        reached = resolve;
      });
      const act: typeof render.act = async (request, prepared) => {
        if (when === 'between variables and deploy') {
          flows.render.answerNext('create-deploy', { status: 503 });
        }
        if (when !== 'before the call') await render.act(request, prepared).catch(() => undefined);
        reached();
        return dead;
      };
      const platforms = { ...flows.app.platforms, render: { ...render, act } };
      void execute({ ...app(), platforms }, id);
      await here;
      await let20sPass(id);
      expect(await execute(app(), id)).toEqual({ kind: 'acted' });
      expect(deployed()).toBe(1);
      expect(service().envVars).toEqual(GOOD);
      expect(live()).toMatchObject({ env: GOOD });
      await finish(id);
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
    await let20sPass(id);
    const current = { ...flows.app.secrets.current, id: '0'.repeat(16) };
    const other = { ...app(), secrets: { current, old: [] } };
    expect(await execute(other, id)).toEqual({ kind: 'failed' });
    expect(service().envVars).toEqual(BAD);
  });
});
