import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { abandon } from '../../lib/flows/abandon.js';
import { execute } from '../../lib/flows/execute.js';
import { addComponent, addIncident, addRecovery, reread, told } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';
import { renderDeploy } from '../support/render/service.js';
import { let20sPass } from '../support/rollback-flow.js';

let flows: FlowStack;
let names = 0;

beforeAll(async () => {
  flows = await startFlowStack({ attempts: 2 });
});

afterAll(() => flows.close());

beforeEach(() => {
  const service = flows.render.state.get('srv-1');
  if (service !== undefined) service.deploys = [renderDeploy(2, 'live'), renderDeploy(1)];
  flows.render.effects.length = 0;
  flows.sent.length = 0;
});

const rolledBack = () =>
  flows.render.effects.filter((effect) => effect === 'rollback-deploy').length;

async function planned() {
  names += 1;
  const component = `abandoned-${names}`;
  const componentId = await addComponent(flows.stack, component);
  const incidentId = await addIncident(flows.app, componentId);
  const { id } = await addRecovery(flows.app, componentId, {
    incidentId,
    action: { name: 'rollback', rollback_type: 'deployment' },
  });
  return { id, component, incidentId };
}

/** A rollback whose first call was not answered. */
async function begun(effect = false) {
  const made = await planned();
  flows.render.answerNext('rollback-deploy', { ending: 'drop', effect });
  await expect(execute(flows.app, made.id)).rejects.toMatchObject({ code: 'upstream_unavailable' });
  await let20sPass(flows.app, made.id);
  return made;
}

/** One whose last call is not going to be answered, either. */
async function unanswered(effect: boolean) {
  const made = await begun();
  flows.render.answerNext('rollback-deploy', { ending: 'drop', effect });
  return made;
}

const historyOf = async (id: string) => {
  const [row] = await flows.app.sql`
    select from_state ->> 'deploy_id' as "from", to_state ->> 'deploy_id' as "to", success
    from ai_rollback_history where recovery_id = ${id}::uuid`;
  return row;
};

async function needsPerson(incidentId: string): Promise<unknown> {
  const [row] = await flows.app.sql`
    select needs_person as needs from incidents where id = ${incidentId}::uuid`;
  return row?.['needs'];
}

describe(abandon.name, () => {
  it('finds what the last of its calls has done, though that was not answered', async () => {
    const { id } = await unanswered(true);
    expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
    expect(rolledBack()).toBe(1);
    expect((await reread(flows.app, id)).state).toBe('verifying');
  });

  it('waits for what may yet come of it, and makes no further call', async () => {
    const { id, incidentId } = await unanswered(false);
    expect(await execute(flows.app, id)).toEqual({ kind: 'given_up' });
    expect(flows.sent).toMatchObject([{ body: { kind: 'recover', recovery_id: id }, delayS: 20 }]);
    await let20sPass(flows.app, id);
    expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
    expect(rolledBack()).toBe(0);
    expect((await reread(flows.app, id)).error).not.toContain('may have been done');
    expect(await needsPerson(incidentId)).toBe(false);
  });

  it('asks a person where it can never be told', async () => {
    const { id, incidentId, component } = await begun(true);
    flows.render.answerNext('list-deploys', { status: 503 });
    expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
    expect((await reread(flows.app, id)).error).toContain('it may have been done');
    expect(await needsPerson(incidentId)).toBe(true);
    expect(await told(flows.app, component)).toContain('escalation');
  });

  it('makes no call for one whose executors have died as often as it may be tried', async () => {
    const { id } = await begun();
    await flows.app.sql`update recoveries set attempts = 2 where id = ${id}::uuid`;
    expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
    expect(rolledBack()).toBe(0);
  });

  it('keeps from and to in the history of one that is refused at its first call', async () => {
    const { id } = await planned();
    flows.render.answerNext('rollback-deploy', { status: 404 });
    expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
    expect(await historyOf(id)).toEqual({ from: 'dep-2', to: 'dep-1', success: false });
  });

  it('does not say that it may have been done where no call was made', async () => {
    const { id, incidentId } = await planned();
    flows.render.answerNext('retrieve-service', { status: 503 });
    await expect(execute(flows.app, id)).rejects.toThrow();
    flows.render.answerNext('retrieve-service', { status: 503 });
    expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
    expect((await reread(flows.app, id)).error).not.toContain('may have been done');
    expect(await needsPerson(incidentId)).toBe(false);
  });
});
