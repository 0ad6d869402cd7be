import { afterAll, beforeAll, expect, it } from 'vitest';
import { execute } from '../../lib/flows/execute.js';
import { heal } from '../../lib/flows/heal.js';
import { sweep } from '../../lib/flows/sweep.js';
import { addComponent, addIncident, timeline } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

const PER_HOUR = 3;

let flows: FlowStack;

beforeAll(async () => {
  flows = await startFlowStack({
    intervalS: 3600,
    restartsPerHour: PER_HOUR,
    agreeing: 1,
    breachesToOpen: 1,
  });
});

afterAll(() => flows.close());

async function suffer(component: string): Promise<void> {
  const samples = Array.from({ length: 30 }, (_, i) => ({
    at: new Date(Date.now() - i * 1000).toISOString(),
    cpu_usage: 100,
    error_rate: 0.9,
  }));
  await flows.stack.call('POST', '/api/ingest', { component, samples });
}

it('restarts what never gets well three times an hour, and then asks a person', async () => {
  const id = await addComponent(flows.stack, 'looping', {
    platform: { type: 'render', service_id: 'srv-1' },
    mode: 'auto',
  });
  await suffer('looping');
  await sweep(flows.app, { tick: 1 });
  await flows.app.sql`delete from recoveries`;
  await flows.app.sql`update incidents set closed_at = now(), closed_why = 'a test'`;
  flows.render.effects.length = 0;
  let last = '';
  // Each restart seems to help; each time the trouble is back.
  for (let round = 0; round < 8; round += 1) {
    last = await addIncident(flows.app, id);
    await suffer('looping');
    await heal(flows.app, id);
    const planned = await flows.app.sql`select id::text from recoveries where state = 'planned'`;
    for (const row of planned) await execute(flows.app, String(row['id']));
    await flows.app.sql`
      update recoveries set state = 'succeeded', ended_at = now() where state = 'verifying'`;
    if (round < 7) {
      await flows.app.sql`
        update incidents set closed_at = now(), closed_why = 'a test' where closed_at is null`;
    }
  }
  expect(flows.render.effects).toEqual(Array(PER_HOUR).fill('restart-service'));
  expect(await timeline(flows.app, last)).toEqual(['refused', 'paged']);
  const { body } = await flows.stack.call('GET', `/api/incidents/${last}`);
  expect(body).toMatchObject({ needs_person: true });
  expect(JSON.stringify(body.timeline)).toContain('3 restarts in the last hour, the limit is 3');
  // An hour later it may try again.
  await flows.app.sql`
    update recoveries
    set started_at = started_at - interval '1 hour', created_at = created_at - interval '1 hour'`;
  await flows.app.sql`update incidents set closed_at = now(), closed_why = 'a test'`;
  await addIncident(flows.app, id);
  expect(await heal(flows.app, id)).toMatchObject({ planned: 1 });
});
