import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { giveUp } from '../../lib/flows/give-up.js';
import { dueRecoveries } from '../../lib/store/recovery-outbox.js';
import {
  addComponent,
  addIncident,
  addRecovery,
  reread,
  timeline,
  told,
} from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

let flows: FlowStack;
let names = 0;

beforeAll(async () => {
  flows = await startFlowStack();
});

afterAll(() => flows.close());

/** What the queue tells of a message that it has given up. */
const callback = (body: object | string, id = randomUUID()) => ({
  sourceMessageId: `msg_${id}`,
  status: 503,
  retried: 5,
  sourceBody: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)).toString(
    'base64',
  ),
});

const about = (recoveryId: string, kind = 'recover') =>
  callback({ kind, recovery_id: recoveryId, token: 1 });

async function recovery(given: object = {}) {
  names += 1;
  const component = `given-up-${names}`;
  const componentId = await addComponent(flows.stack, component);
  const incidentId = await addIncident(flows.app, componentId);
  const { id } = await addRecovery(flows.app, componentId, {
    incidentId,
    origin: 'automatic',
    ...given,
  });
  return { component, incidentId, id };
}

describe('giveUp', () => {
  it('asks a person, and leaves what was never begun to the outbox, which sends it again', async () => {
    const { component, incidentId, id } = await recovery();
    expect(await giveUp(flows.app, about(id))).toEqual({ outcome: 'a person was asked' });
    expect((await reread(flows.app, id)).state).toBe('planned');
    expect(await told(flows.app, component)).toEqual(['escalation']);
    expect(await timeline(flows.app, incidentId)).toEqual(['paged']);
    const { claimS } = flows.app.baseSettings;
    expect((await dueRecoveries(flows.app.sql, claimS)).map((due) => due.id)).toContain(id);
    const [incident] = await flows.app.sql`
      select needs_person from incidents where id = ${incidentId}::uuid`;
    expect(incident).toEqual({ needs_person: true });
  });

  it.each([
    ['executing', { state: 'executing', claimedForS: 60 }, 'recover'],
    ['verifying', { state: 'verifying', verifyInS: 60 }, 'verify'],
  ])('asks a person, and leaves what is %s to the next sweep', async (state, given, kind) => {
    const { component, incidentId, id } = await recovery(given);
    expect(await giveUp(flows.app, about(id, kind))).toEqual({ outcome: 'a person was asked' });
    expect((await reread(flows.app, id)).state).toBe(state);
    expect(await told(flows.app, component)).toEqual(['escalation']);
    expect(await timeline(flows.app, incidentId)).toEqual(['paged']);
  });

  it('asks once, however often the queue tells it', async () => {
    const { component, incidentId, id } = await recovery({ state: 'executing', claimedForS: 60 });
    const same = about(id);
    await Promise.all(Array.from({ length: 5 }, () => giveUp(flows.app, same)));
    expect(await told(flows.app, component)).toEqual(['escalation']);
    expect(await timeline(flows.app, incidentId)).toEqual(['paged']);
  });

  it('asks once about the same message, sent again and given up again', async () => {
    const { component, id } = await recovery();
    await giveUp(flows.app, about(id));
    await giveUp(flows.app, about(id));
    expect(await told(flows.app, component)).toEqual(['escalation']);
  });

  it('asks nobody about what has ended by itself', async () => {
    const { component, id } = await recovery({ state: 'succeeded', endedAgoS: 1 });
    expect(await giveUp(flows.app, about(id))).toEqual({ outcome: 'already succeeded' });
    expect(await told(flows.app, component)).toEqual([]);
  });

  it('tells of a request outside any incident, too', async () => {
    const { component, id } = await recovery({ incidentId: undefined, origin: 'person' });
    expect(await giveUp(flows.app, about(id))).toEqual({ outcome: 'a person was asked' });
    expect(await told(flows.app, component)).toEqual(['escalation']);
  });

  it.each([
    ['about samples', { spooled_at: 'x', samples: [] }],
    ['no JSON', '{'],
    ['empty', ''],
  ])('takes no offence at a message that is %s', async (_, body) => {
    expect(await giveUp(flows.app, callback(body))).toEqual({ outcome: 'not about a recovery' });
  });

  it('knows nothing of an id that there is not', async () => {
    expect(await giveUp(flows.app, about(randomUUID()))).toEqual({ outcome: 'unknown recovery' });
  });
});
