import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerApproval } from '../../lib/flows/answer-approval.js';
import { claimRecoveries } from '../../lib/store/recovery-claims.js';
import {
  addComponent,
  addIncident,
  later,
  newRecovery,
  presentVersion,
  stateOf,
} from '../store/fixtures.js';
import { race, times } from '../store/race.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(async () => {
  await stack.close();
});

async function waiting(): Promise<{ id: string; incidentId: string }> {
  const { sql } = stack.app;
  const { id: componentId } = await addComponent(sql);
  const incidentId = await addIncident(sql, componentId);
  const asked = { incidentId, state: 'awaiting_approval', approveBy: later() } as const;
  const recovery = newRecovery(componentId, asked);
  await claimRecoveries(sql, await presentVersion(sql), [recovery]);
  return { id: recovery.id, incidentId };
}

describe('answerApproval', () => {
  it.each([
    { approved: true, what: 'approve', text: 'approved' },
    { approved: false, what: 'reject', text: 'rejected' },
  ])('takes one of ten who $what at once, and tells of that one alone', async (row) => {
    const { id, incidentId } = await waiting();
    const answers = await race(
      stack.database,
      `select 1 from recoveries where id = '${id}' for update`,
      times(10, (i) =>
        answerApproval(stack.app, {
          incidentId,
          approved: row.approved,
          who: `person-${i}`,
          why: null,
        }).then(
          () => 'taken',
          (error: { code?: unknown }) => error.code,
        ),
      ),
    );
    expect(answers.toSorted()).toEqual([...Array(9).fill('conflict'), 'taken']);
    const who = `person-${answers.indexOf('taken')}`;
    const audit = await stack.app.sql`
      select who, what
      from audit
      where detail ->> 'recovery_id' = ${id}::text`;
    expect(audit).toEqual([{ who, what: row.what }]);
    const told = await stack.app.sql`
      select who, kind
      from incident_events
      where incident_id = ${incidentId}::uuid
      and kind in ('approved', 'rejected')`;
    expect(told).toEqual([{ who, kind: row.text }]);
    expect(await stateOf(stack.app.sql, id)).not.toBe('awaiting_approval');
  });
});
