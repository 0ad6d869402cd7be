import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerApproval } from '../../lib/flows/answer-approval.js';
import { sendDue } from '../../lib/flows/send-due.js';
import {
  addComponent,
  addIncident,
  addRecovery,
  overtaken,
  reread,
  timeline,
  told,
} from '../support/flow-parts.js';
import { renderService } from '../support/render/service.js';
import { type RenderServer, startRenderServer } from '../support/render-server.js';
import { startTestStack, type TestStack, until } from '../support/stack.js';

let stack: TestStack;
let render: RenderServer;
let names = 0;

beforeAll(async () => {
  render = await startRenderServer({ token: 'rnd_test', services: [renderService('srv-1')] });
  stack = await startTestStack({
    settings: {
      recoveryShare: 1,
      settleRestartS: 600,
      restartCooldownS: 0,
      stormMin: 1000,
      providerTogetherMin: 1000,
    },
    env: { RENDER_API_URL: render.url, RENDER_API_KEY: 'rnd_test' },
  });
});

afterAll(async () => {
  await stack.close();
  await render.close();
});

async function waiting(approveInS = 600) {
  names += 1;
  const component = `waiting-${names}`;
  const componentId = await addComponent(stack, component);
  const incidentId = await addIncident(stack.app, componentId);
  const given = {
    incidentId,
    approveInS,
    state: 'awaiting_approval',
    origin: 'automatic',
  } as const;
  const { id } = await addRecovery(stack.app, componentId, given);
  return { component, componentId, incidentId, id };
}

const yes = (incidentId: string, who = 'ann') =>
  answerApproval(stack.app, { incidentId, approved: true, who, why: null });
const no = (incidentId: string, who = 'bob') =>
  answerApproval(stack.app, { incidentId, approved: false, who, why: 'not now' });

describe('answerApproval', () => {
  it('takes either the yes or the no of two people, and only that is told', async () => {
    const { component, incidentId, id } = await waiting();
    const [approved, rejected] = await Promise.allSettled([yes(incidentId), no(incidentId)]);
    expect([approved.status, rejected.status].sort()).toEqual(['fulfilled', 'rejected']);
    const isApproved = approved.status === 'fulfilled';
    const types = await told(stack.app, component);
    expect(types).toContain(isApproved ? 'remediation_approval' : 'remediation_rejected');
    expect(types).not.toContain(isApproved ? 'remediation_rejected' : 'remediation_approval');
    const { state } = await reread(stack.app, id);
    expect(state === 'skipped').toBe(!isApproved);
  });

  it.each(['approve', 'reject'])(
    'takes the %s that is meant, and not for what waits by then',
    async (verb) => {
      const { componentId, incidentId, id } = await waiting();
      const answer = (body: object) =>
        stack.call('POST', `/api/incidents/${incidentId}/${verb}`, body);
      await stack.app.sql`
      update recoveries set state = 'expired', ended_at = now(), step = 7 where id = ${id}::uuid`;
      const given = { incidentId, state: 'awaiting_approval', approveInS: 600 } as const;
      const other = await addRecovery(stack.app, componentId, given);
      expect(await answer({ recovery_id: id })).toMatchObject({ status: 409 });
      expect(await answer({ recovery_id: 'x' })).toMatchObject({ status: 400 });
      expect((await reread(stack.app, other.id)).state).toBe('awaiting_approval');
      const taken = await answer({ recovery_id: other.id });
      expect(taken).toMatchObject({ status: 200, body: { recovery_id: other.id } });
    },
  );

  it('changes nothing once the time is up, though no sweep has said so', async () => {
    const { component, incidentId, id } = await waiting(-1);
    await expect(yes(incidentId)).rejects.toMatchObject({ code: 'conflict' });
    expect((await reread(stack.app, id)).state).toBe('awaiting_approval');
    expect(await told(stack.app, component)).toEqual([]);
    expect(await timeline(stack.app, incidentId)).toEqual([]);
  });

  it('loses against the sweep that ends it just before', async () => {
    const { component, incidentId, id } = await waiting(-1);
    const slow = overtaken(stack.app, () => sendDue(stack.app, stack.app.baseSettings));
    const answer = { incidentId, approved: false, who: 'bob', why: null };
    await expect(answerApproval(slow, answer)).rejects.toMatchObject({ code: 'conflict' });
    expect((await reread(stack.app, id)).state).toBe('expired');
    expect(await told(stack.app, component)).toEqual(['escalation']);
    expect(await timeline(stack.app, incidentId)).toEqual(['paged']);
  });

  it('says what became of it when nothing waits', async () => {
    const { incidentId } = await waiting();
    await no(incidentId);
    await expect(yes(incidentId)).rejects.toThrow('restart is skipped');
  });

  it('lets the plan go on after a no: the page that follows asks a person', async () => {
    const { component, incidentId } = await waiting();
    await no(incidentId);
    expect(await told(stack.app, component)).toEqual(['remediation_rejected', 'escalation']);
  });

  it('takes the first of two yeses that both found it waiting', async () => {
    const { component, incidentId, id } = await waiting();
    const queue = { ...stack.app.queue, publish: async () => undefined };
    const first = { incidentId, approved: true, who: 'ann', why: null };
    const slow = overtaken(stack.app, () => answerApproval({ ...stack.app, queue }, first));
    const second = answerApproval(slow, { ...first, who: 'bob' });
    await expect(second).rejects.toMatchObject({ code: 'conflict' });
    expect((await reread(stack.app, id)).approvedBy).toBe('ann');
    expect(await told(stack.app, component)).toEqual(['remediation_approval']);
    const audit = await stack.app.sql`
      select who from audit where detail ->> 'recovery_id' = ${id}::text`;
    expect(audit).toEqual([{ who: 'ann' }]);
  });

  it('sends the message of a yes, which is carried out', async () => {
    const { component, incidentId, id } = await waiting();
    await stack.app.sql`update recoveries set origin = 'person' where id = ${id}::uuid`;
    await yes(incidentId);
    await until(
      'the restart',
      async () => (await reread(stack.app, id)).state,
      (state) => state === 'verifying',
    );
    expect(await told(stack.app, component)).toEqual(['remediation_approval']);
    expect(await timeline(stack.app, incidentId)).toEqual(['approved', 'acted']);
  });
});
