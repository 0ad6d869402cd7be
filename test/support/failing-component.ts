import type { App } from '../../lib/app.js';
import type { Premise } from '../../lib/domain/decide/recovery.js';
import { addComponent, addIncident } from './flow-parts.js';
import type { FlowStack } from './flow-stack.js';

const MEMORY = { bad: 5, good: 0, state: 'failing', failedProbes: 0, changes: [] };
const EVIDENCE = {
  state: 'failing',
  agreeing: 5,
  lastSampleAgeS: 1,
  cadenceS: 1,
  freshShare: 1,
  historyS: 1_000_000,
  ratioOnly: false,
  requests: null,
  breachingInARow: 5,
  failedProbes: 0,
};
const PREMISE: Premise = {
  probability: 0.9,
  level: 'critical',
  score: 20,
  reasons: [],
  breaching: ['cpu_usage'],
  metrics: { cpu_usage: 99 },
};

/** What the last sweeps remember of a component that they found failing, with its premise. */
export async function seenFailing(
  app: Pick<App, 'sql'>,
  id: number,
  premise: Premise,
): Promise<void> {
  await app.sql`
    insert into component_state (
      component_id, memory, assessment, evidence, premise, assessed_at, first_sample_at,
      last_sample_at)
    values (
      ${id}::int, ${JSON.stringify(MEMORY)}::jsonb, '{}', ${JSON.stringify(EVIDENCE)}::jsonb,
      ${JSON.stringify(premise)}::jsonb, now(), now() - interval '2 days', now())`;
}

/** Register a component that the last sweeps found failing, with an open incident; in mode `auto` unless said. */
export async function failingComponent(
  { stack, app }: Pick<FlowStack, 'stack' | 'app'>,
  component: string,
  body: object = {},
): Promise<{ component: string; id: number; incidentId: string }> {
  const platform = { type: 'render', service_id: 'srv-1' };
  const id = await addComponent(stack, component, { platform, mode: 'auto', ...body });
  const incidentId = await addIncident(app, id);
  await seenFailing(app, id, PREMISE);
  return { component, id, incidentId };
}
