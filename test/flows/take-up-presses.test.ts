import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takePress } from '../../lib/flows/take-press.js';
import { takeUpPresses } from '../../lib/flows/take-up-presses.js';
import type { NeonHttp } from '../../lib/local/neon-http.js';
import { testDatabase } from '../support/database.js';
import { openDatabaseDoor } from '../support/database-door.js';
import { addComponent, addIncident, addRecovery, reread } from '../support/flow-parts.js';
import { startTestStack, type TestStack, until } from '../support/stack.js';

let stack: TestStack;
let door: NeonHttp;
let port = 0;

async function openDoor(): Promise<void> {
  door = await openDatabaseDoor(port);
  port = door.port;
}

beforeAll(async () => {
  const database = await testDatabase();
  await openDoor();
  stack = await startTestStack({
    database: { ...database, fetchEndpoint: door.fetchEndpoint },
    // All retries of a message within a second.
    timeScale: 0.02,
    env: { SLACK_APPROVERS: 'U0ANN' },
  });
});

afterAll(async () => {
  await stack.close();
  await door.close();
});

describe('takeUpPresses', () => {
  it('carries out what was pressed while the database was away, once it is back', async () => {
    const { app, queue } = stack;
    const componentId = await addComponent(stack, 'pressed');
    const incidentId = await addIncident(app, componentId);
    const given = { incidentId, state: 'awaiting_approval', approveInS: 600 } as const;
    const { id } = await addRecovery(app, componentId, given);
    await door.close();
    await takePress(app, {
      userId: 'U0ANN',
      userName: 'ann',
      responseUrl: 'https://hooks.slack.com/actions/T1/2/3',
      actionId: 'reject',
      value: `${incidentId} ${id}`,
      at: '1.1',
    });
    await until(
      'the last attempt',
      async () => queue.attempts.filter(({ status }) => status === 503).length,
      (count) => count === 6,
      60_000,
    );
    await queue.idle(30_000);
    expect(await takeUpPresses({ ...app, log: () => undefined })).toBe(0);
    await openDoor();
    expect((await reread(app, id)).state).toBe('awaiting_approval');
    expect(await takeUpPresses(app)).toBe(1);
    await until(
      'the answer',
      async () => (await reread(app, id)).state,
      (state) => state === 'skipped',
      60_000,
    );
    expect(await takeUpPresses(app)).toBe(0);
  }, 180_000);
});
