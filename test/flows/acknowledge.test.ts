import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acknowledge } from '../../lib/flows/incidents.js';
import { addComponent, addIncident, overtaken, timeline } from '../support/flow-parts.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;
let names = 0;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(() => stack.close());

async function incident(): Promise<string> {
  names += 1;
  return addIncident(stack.app, await addComponent(stack, `seen-${names}`));
}

const audited = async (id: string) => {
  const rows = await stack.app.sql`
    select who from audit where what = 'acknowledge' and detail ->> 'incident_id' = ${id}::text`;
  return rows.map((row) => row['who']);
};

describe('acknowledge', () => {
  it('keeps the first of many, and tells of that one alone, however often it is repeated', async () => {
    const id = await incident();
    const people = ['ann', 'bob', 'cem', 'ann', 'bob'];
    const answers = await Promise.all(people.map((who) => acknowledge(stack.app, id, who)));
    const [first] = await audited(id);
    expect(answers).toEqual(people.map(() => ({ id, acknowledged_by: first })));
    expect(await acknowledge(stack.app, id, 'dan')).toEqual({ id, acknowledged_by: first });
    expect(await audited(id)).toEqual([first]);
    expect(await timeline(stack.app, id)).toEqual(['acknowledged']);
  });

  it('tells of nothing when the incident closes just before', async () => {
    const id = await incident();
    const closing = overtaken(
      stack.app,
      async () => stack.app.sql`
        update incidents set closed_at = now(), closed_why = 'it is well' where id = ${id}::uuid`,
    );
    await expect(acknowledge(closing, id, 'ann')).rejects.toMatchObject({ code: 'conflict' });
    expect(await audited(id)).toEqual([]);
    expect(await timeline(stack.app, id)).toEqual([]);
  });
});
