import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { heal } from '../../lib/flows/heal.js';
import { readEscalations } from '../../lib/store/escalations.js';
import { failingComponent } from '../support/failing-component.js';
import { addRecovery, overtaken, timeline, told } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

let flows: FlowStack;
let names = 0;

beforeAll(async () => {
  flows = await startFlowStack();
});

afterAll(() => flows.close());

beforeEach(async () => {
  flows.sent.length = 0;
  await flows.app.sql`
    update recoveries set state = 'skipped', ended_at = now(), token = token + 1 where ended_at is null`;
  await flows.app.sql`
    update incidents set closed_at = now(), closed_why = 'a test' where closed_at is null`;
});

/** A component that the last sweeps found failing, with an open incident. */
function failing(body: object = {}) {
  names += 1;
  return failingComponent(flows, `healed-${names}`, body);
}

const recoveriesOf = (incidentId: string) => flows.app.sql`
  select state, action_name as action, premise ->> 'score' as score
  from recoveries
  where incident_id = ${incidentId}::uuid`;

const incident = async (incidentId: string) => {
  const [row] = await flows.app.sql`
    select step, needs_person, refusal from incidents where id = ${incidentId}::uuid`;
  return row;
};

describe('heal', () => {
  it('claims the first step, tells it, and sends it', async () => {
    const { incidentId } = await failing();
    expect(await heal(flows.app)).toEqual({ planned: 1, asked: 0, refused: 0, paged: 0 });
    expect(await recoveriesOf(incidentId)).toEqual([
      { state: 'planned', action: 'restart', score: '20' },
    ]);
    expect(await timeline(flows.app, incidentId)).toEqual(['planned']);
    expect(flows.sent).toHaveLength(1);
    expect(await heal(flows.app)).toEqual({ planned: 0, asked: 0, refused: 0, paged: 0 });
  });

  it.each([
    ['its own row', 'incidents'],
    ['one of its recoveries', 'recoveries'],
  ] as const)(
    'leaves alone what it cannot read by %s, asks a person once, and heals the rest',
    async (_, table) => {
      const broken = await failing();
      const other = await failing();
      await addRecovery(flows.app, broken.id, {
        incidentId: broken.incidentId,
        state: 'failed',
        endedAgoS: 60,
      });
      await (table === 'incidents'
        ? flows.app.sql`update incidents set premise = '{}' where id = ${broken.incidentId}::uuid`
        : flows.app.sql`
            update recoveries set premise = '{}' where incident_id = ${broken.incidentId}::uuid`);
      for (const planned of [1, 0]) {
        expect(await heal(flows.app)).toMatchObject({ planned });
      }
      expect(await recoveriesOf(other.incidentId)).toHaveLength(1);
      expect(await recoveriesOf(broken.incidentId)).toMatchObject([{ state: 'failed' }]);
      expect(await told(flows.app, broken.component)).toEqual(['escalation']);
      const escalations = await readEscalations(flows.app.sql);
      expect(JSON.stringify(escalations)).toContain(broken.incidentId);
    },
  );

  it('claims once for ten that decide at once, and all of them end', async () => {
    const { incidentId } = await failing();
    const all = await Promise.all(Array.from({ length: 10 }, () => heal(flows.app)));
    expect(all.reduce((sum, one) => sum + (one?.planned ?? 0), 0)).toBe(1);
    expect(await recoveriesOf(incidentId)).toHaveLength(1);
    expect(await timeline(flows.app, incidentId)).toEqual(['planned']);
    expect(flows.sent).toHaveLength(1);
  });

  it('looks at the worst, however many have opened since', async () => {
    const { id, incidentId } = await failing();
    await flows.app.sql`
      insert into components (name) select 'milder-' || n from generate_series(1, 1000) as n`;
    // Nothing is left to do about them but to wait for a person.
    await flows.app.sql`
      insert into incidents (
        id, component_id, kind, severity, opened_by, situation, cause, plan, premise, step,
        needs_person, opened_at)
      select
        gen_random_uuid(), components.id, 'failing', 'high', 'samples', given.situation, given.cause,
        given.plan, given.premise, 2, true, now() + interval '1 second'
      from components
      join incidents as given on given.id = ${incidentId}::uuid
      where components.name like 'milder-%'`;
    expect(await heal(flows.app)).toMatchObject({ planned: 1 });
    expect(await recoveriesOf(incidentId)).toHaveLength(1);
    await flows.app.sql`delete from incidents where component_id > ${id}::int`;
    await flows.app.sql`delete from components where id > ${id}::int`;
  });

  it('asks a person in approve mode: once, with a deadline', async () => {
    const { incidentId } = await failing({ mode: 'approve' });
    expect(await heal(flows.app)).toMatchObject({ planned: 0, asked: 1 });
    await heal(flows.app);
    expect(await recoveriesOf(incidentId)).toMatchObject([{ state: 'awaiting_approval' }]);
    expect(await timeline(flows.app, incidentId)).toEqual(['awaiting_approval']);
    expect(await incident(incidentId)).toMatchObject({ needs_person: true });
    expect(flows.sent).toEqual([]);
  });

  it('says in observe mode what it would do, and asks a person, once', async () => {
    const { component, incidentId } = await failing({ mode: 'observe' });
    expect(await heal(flows.app)).toMatchObject({ planned: 0, refused: 1 });
    await heal(flows.app);
    expect(await recoveriesOf(incidentId)).toEqual([]);
    expect(await timeline(flows.app, incidentId)).toEqual(['refused', 'paged']);
    expect(await told(flows.app, component)).toEqual(['escalation']);
    expect((await incident(incidentId))?.['refusal']).toContainEqual(
      expect.objectContaining({ guard: 'mode', outcome: 'refuse' }),
    );
  });

  it('decides anew on the facts as they are when the kill switch is turned meanwhile', async () => {
    const { incidentId } = await failing();
    const slow = overtaken(flows.app, () =>
      flows.stack.call('POST', '/api/admin/pause', { why: 'a test' }),
    );
    expect(await heal(slow)).toMatchObject({ planned: 0, refused: 1 });
    await flows.stack.call('POST', '/api/admin/resume', { why: 'a test' });
    expect(await recoveriesOf(incidentId)).toEqual([]);
    expect(flows.sent).toEqual([]);
  });

  it('claims nothing of an incident that closes meanwhile, and still the others’ steps', async () => {
    const first = await failing();
    const second = await failing();
    const slow = overtaken(
      flows.app,
      async () =>
        flows.app.sql`
          update incidents
          set closed_at = now(), closed_why = 'a test'
          where id = ${first.incidentId}::uuid`,
    );
    expect(await heal(slow)).toMatchObject({ planned: 1 });
    expect(await recoveriesOf(first.incidentId)).toEqual([]);
    expect(await recoveriesOf(second.incidentId)).toHaveLength(1);
    expect(await timeline(flows.app, first.incidentId)).toEqual([]);
  });

  it('gives way to a recovery that a person has asked for meanwhile', async () => {
    const { id, incidentId } = await failing();
    const slow = overtaken(flows.app, () => addRecovery(flows.app, id));
    expect(await heal(slow)).toMatchObject({ planned: 0 });
    expect(await recoveriesOf(incidentId)).toEqual([]);
    expect(await timeline(flows.app, incidentId)).not.toContain('planned');
  });

  it('leaves the step planned for the next sweep when the queue takes nothing', async () => {
    const { incidentId } = await failing();
    const publish = () => Promise.reject(new Error('the queue is away'));
    const app = { ...flows.app, queue: { ...flows.app.queue, publish } };
    expect(await heal(app)).toMatchObject({ planned: 1 });
    const rows = await flows.app.sql`
      select state, published_at from recoveries where incident_id = ${incidentId}::uuid`;
    expect(rows).toEqual([{ state: 'planned', published_at: null }]);
  });

  it('asks a person when the plan is at its end, once for five at once', async () => {
    const { component, id, incidentId } = await failing();
    await addRecovery(flows.app, id, {
      incidentId,
      origin: 'automatic',
      state: 'failed',
      endedAgoS: 1,
    });
    await Promise.all(Array.from({ length: 5 }, () => heal(flows.app)));
    expect(await timeline(flows.app, incidentId)).toEqual(['paged']);
    expect(await told(flows.app, component)).toEqual(['escalation']);
    expect(await incident(incidentId)).toMatchObject({ step: 2, needs_person: true });
  });

  it('keeps to the share in recovery within one round', async () => {
    await flows.stack.call('PATCH', '/api/admin/settings', {
      settings: { recoveryShare: 0 },
      why: 'a test',
    });
    const all = [await failing(), await failing(), await failing()];
    expect(await heal(flows.app)).toMatchObject({ planned: 1 });
    await flows.stack.call('PATCH', '/api/admin/settings', {
      settings: { recoveryShare: 1 },
      why: 'a test',
    });
    const rows = await Promise.all(all.map(({ incidentId }) => recoveriesOf(incidentId)));
    expect(rows.flat()).toHaveLength(1);
    expect(await heal(flows.app)).toMatchObject({ planned: 2 });
  });

  it('decides about one component alone when it is asked so', async () => {
    const first = await failing();
    const second = await failing();
    expect(await heal(flows.app, second.id)).toMatchObject({ planned: 1 });
    expect(await recoveriesOf(first.incidentId)).toEqual([]);
  });

  it('decides nothing without a control row', async () => {
    const { incidentId } = await failing();
    const [kept] = await flows.app.sql`
      delete from control returning decision_version::text as version, settings`;
    expect(await heal(flows.app)).toBeNull();
    await flows.app.sql`
      insert into control (id, decision_version, settings)
      values (1, ${kept?.['version']}::bigint, ${JSON.stringify(kept?.['settings'])}::jsonb)`;
    expect(await recoveriesOf(incidentId)).toEqual([]);
  });
});
