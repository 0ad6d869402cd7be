import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { escalationRow } from '../../lib/flows/brain-rows.js';
import { pageStatements } from '../../lib/flows/page-statements.js';
import { tellPeople } from '../../lib/flows/tell-people.js';
import { writeBrain } from '../../lib/store/brain.js';
import { addComponent, addIncident } from '../support/flow-parts.js';
import { type SlackStack, startSlackStack } from '../support/notify/slack-stack.js';

let world: SlackStack;
let names = 0;

beforeAll(async () => {
  world = await startSlackStack({ noticeFirstS: 0, noticeBurst: 4, noticeRepeatS: 100_000 });
});

afterAll(() => world.close());

afterEach(async () => {
  await world.stack.app.sql`delete from unified_brain`;
  await world.stack.app.sql`delete from notifications`;
  for (const { ts } of [...world.slack.messages]) world.slack.remove(ts);
});

async function component() {
  names += 1;
  const name = `alone-${names}`;
  return { name, id: await addComponent(world.stack, name) };
}

const shown = (place = 0) => JSON.stringify(world.slack.messages[place]);
const tell = () => tellPeople(world.stack.app);
const close = (id: string) => world.stack.app.sql`
  update incidents set closed_at = now(), closed_why = 'it is well' where id = ${id}::uuid`;

/** A component has fallen silent, as a sweep tells of it. */
async function silent() {
  const { name, id } = await component();
  const row = escalationRow(name, null, 'no samples: its state is unknown', `unknown:${id}:1`);
  const output = { needs_person: true, state: 'unknown' };
  await writeBrain(world.stack.app.sql, [{ ...row, output }]);
  return id;
}

describe('tellPeople, of escalations', () => {
  it('tells of a component that has fallen silent, once, and that it sends again', async () => {
    const id = await silent();
    const sums = await Promise.all(Array.from({ length: 4 }, tell));
    expect(sums.reduce((sum, { told = 0 }) => sum + told, 0)).toBe(1);
    expect(world.slack.messages).toHaveLength(1);
    expect(shown()).toContain('needs a person');
    expect(shown()).toContain('no samples: its state is unknown');
    expect(shown()).not.toContain('"snooze"');
    expect(await tell()).toEqual({});
    const { sql } = world.stack.app;
    await sql`
      insert into component_state (
        component_id, generation, memory, assessment, evidence, premise, assessed_at, last_sample_at)
      values (${id}::int, 1, '{}', '{}', '{}', '{}', now(), now() + interval '1 second')`;
    expect(await tell()).toEqual({ told: 1 });
    expect(shown()).toContain('needs nobody any more');
    expect(await tell()).toEqual({});
    expect(world.slack.messages).toHaveLength(1);
  });

  it('tells what became of a recovery that a person asked for, outside any incident', async () => {
    const { app } = world.stack;
    const { name } = await component();
    const recovery = { incidentId: null, component: name, step: 0 };
    const why = 'restart: the call may have had an effect: look';
    await app.sql.transaction(pageStatements(app, recovery, { why, eventKey: 'page:1' }));
    expect(await tell()).toEqual({ told: 1 });
    expect(shown()).toContain(why);
  });

  it('tells what came after the end of its incident, and nothing that the incident told of', async () => {
    const { app } = world.stack;
    const { name, id } = await component();
    const incidentId = await addIncident(app, id);
    const recovery = { incidentId, component: name, step: 0 };
    const page = (why: string) =>
      app.sql.transaction(pageStatements(app, recovery, { why, eventKey: why }));
    await page('while it was open');
    expect(await tell()).toEqual({ told: 1 });
    await close(incidentId);
    expect(await tell()).toEqual({ told: 1 });
    await page('it made matters worse');
    expect(await tell()).toEqual({ told: 1 });
    expect(shown(1)).toContain('it made matters worse');
    expect(world.slack.messages).toHaveLength(2);
  });

  it('tells of many in one message', async () => {
    for (let i = 0; i < 7; i += 1) await silent();
    expect(await tell()).toEqual({ told: 1 });
    expect(shown()).toContain('7 to be looked at');
    expect(world.slack.messages).toHaveLength(1);
  });
});
