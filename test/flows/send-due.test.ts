import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../lib/app.js';
import { answerApproval } from '../../lib/flows/answer-approval.js';
import { heal } from '../../lib/flows/heal.js';
import { sendDue } from '../../lib/flows/send-due.js';
import { type Outgoing, qstashQueue } from '../../lib/queue/queue.js';
import {
  addComponent,
  addIncident,
  addRecovery,
  overtaken,
  RESTART_PLAN,
  reread,
  timeline,
  told,
} from '../support/flow-parts.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;
let names = 0;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(() => stack.close());

/** The application with a queue that only notes what it is given, or takes nothing. */
function noting(isUp = true): { app: App; sent: Outgoing[] } {
  const sent: Outgoing[] = [];
  const publish = async (messages: readonly Outgoing[]): Promise<void> => {
    if (!isUp) throw new Error('the queue is away');
    sent.push(...messages);
  };
  return {
    app: { ...stack.app, log: () => undefined, queue: { ...stack.app.queue, publish } },
    sent,
  };
}

const due = (app: App) => sendDue(app, app.baseSettings);

async function component(): Promise<{ name: string; id: number }> {
  names += 1;
  const name = `due-${names}`;
  return { name, id: await addComponent(stack, name) };
}

/** End what a test has left in flight. */
const endAll = () => stack.app.sql`
  update recoveries
  set state = 'skipped', ended_at = now(), token = token + 1
  where ended_at is null`;

describe('sendDue', () => {
  it.each([
    ['planned and never published', {}, 'recover'],
    [
      'executing, with a claim that has expired',
      { state: 'executing', claimedForS: -1 },
      'recover',
    ],
    ['verifying and never published', { state: 'verifying', verifyInS: 30 }, 'verify'],
  ] as const)('sends what is %s, once', async (_, given, kind) => {
    const { id: componentId } = await component();
    const { id, token } = await addRecovery(stack.app, componentId, given);
    const { app, sent } = noting();
    expect(await due(app)).toBe(1);
    expect(await due(app)).toBe(0);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      path: '/api/recover',
      body: { kind, recovery_id: id, token },
      retries: 5,
      onFailure: '/api/recover',
    });
    expect(sent[0]?.delayS).toBeGreaterThanOrEqual(kind === 'verify' ? 20 : 0);
    await endAll();
  });

  it.each([
    ['is being executed', { state: 'executing', claimedForS: 60 }],
    ['waits for a person', { state: 'awaiting_approval', approveInS: 60 }],
    ['has ended', { state: 'failed', endedAgoS: 1 }],
  ] as const)('sends nothing of what %s', async (_, given) => {
    const { id: componentId } = await component();
    const { id } = await addRecovery(stack.app, componentId, given);
    const { app, sent } = noting();
    expect(await due(app)).toBe(0);
    expect(sent).toEqual([]);
    expect((await reread(app, id)).state).toBe(given.state);
    await endAll();
  });

  it('sends again what was published long ago without effect', async () => {
    const { id: componentId } = await component();
    const { id } = await addRecovery(stack.app, componentId);
    await stack.app.sql`
      update recoveries set published_at = now() - interval '1 hour' where id = ${id}::uuid`;
    const { app, sent } = noting();
    expect(await due(app)).toBe(1);
    expect(sent).toHaveLength(1);
    await endAll();
  });

  it.each([
    ['recover', {}],
    ['verify', { state: 'verifying', verifyInS: -7200 }],
  ] as const)(
    'gets a lost %s message past a queue that remembers the first, once per loss',
    async (_, given) => {
      const taken: string[] = [];
      const destination = createServer((request, response) => {
        text(request).then((body) => {
          taken.push(body);
          response.end();
        });
      }).listen(0, '127.0.0.1');
      await once(destination, 'listening');
      const { port } = destination.address() as AddressInfo;
      // The real queue, in front of functions that take a message and then die.
      const { url: qstashUrl, token } = stack.queue;
      const queue = qstashQueue({ qstashUrl, token, baseUrl: `http://127.0.0.1:${port}` });
      const app = { ...stack.app, queue };
      const { id: componentId } = await component();
      const { id } = await addRecovery(stack.app, componentId, given);
      await Promise.all([due(app), due(app)]);
      for (const losses of [1, 2]) {
        await stack.app.sql`
        update recoveries
        set published_at = now() - interval '1 hour' + make_interval(secs => ${losses}::float8)
        where id = ${id}::uuid`;
        await Promise.all([due(app), due(app)]);
      }
      await stack.queue.idle(30_000);
      destination.close();
      destination.closeAllConnections();
      expect(taken).toHaveLength(3);
      await endAll();
    },
  );

  it('leaves everything as it is while the queue is away', async () => {
    const { id: componentId } = await component();
    const { id } = await addRecovery(stack.app, componentId);
    await due(noting(false).app);
    const { app, sent } = noting();
    await due(app);
    expect(sent).toMatchObject([{ body: { recovery_id: id } }]);
    await endAll();
  });

  it('ends an approval whose time is up, and asks a person once, though two sweeps see it', async () => {
    const { id: componentId, name } = await component();
    const incidentId = await addIncident(stack.app, componentId);
    const origin = 'automatic' as const;
    const given = { incidentId, origin, state: 'awaiting_approval', approveInS: -1 } as const;
    const { id } = await addRecovery(stack.app, componentId, given);
    await Promise.all([due(stack.app), due(stack.app), due(stack.app)]);
    expect((await reread(stack.app, id)).state).toBe('expired');
    expect(await told(stack.app, name)).toEqual(['escalation']);
    expect(await timeline(stack.app, incidentId)).toEqual(['paged']);
    const [incident] = await stack.app.sql`
      select needs_person from incidents where id = ${incidentId}::uuid`;
    expect(incident).toEqual({ needs_person: true });
    // The plan has nothing left but to ask a person: who has been asked.
    await heal(stack.app);
    expect(await told(stack.app, name)).toEqual(['escalation']);
    expect(await timeline(stack.app, incidentId)).toEqual(['paged']);
  });

  it('goes on to the plan’s next step after an approval whose time is up', async () => {
    const { id: componentId, name } = await component();
    const [first, page] = RESTART_PLAN.steps;
    if (first === undefined || page === undefined) throw new Error('the plan has two steps');
    const plan = { ...RESTART_PLAN, steps: [first, first, page] };
    const incidentId = await addIncident(stack.app, componentId, plan);
    const given = { incidentId, state: 'awaiting_approval', approveInS: -1 } as const;
    await addRecovery(stack.app, componentId, given);
    await due(stack.app);
    const [incident] = await stack.app.sql`
      select step from incidents where id = ${incidentId}::uuid`;
    expect(incident).toEqual({ step: 0 });
    expect(await told(stack.app, name)).toEqual(['escalation']);
    await stack.app.sql`
      update incidents set closed_at = now(), closed_why = 'the test is over'
      where id = ${incidentId}::uuid`;
  });

  it('does not say that nobody answered when somebody just has', async () => {
    const { id: componentId, name } = await component();
    const incidentId = await addIncident(stack.app, componentId);
    const state = 'awaiting_approval' as const;
    const given = { incidentId, state, origin: 'automatic', approveInS: -1 } as const;
    const { id } = await addRecovery(stack.app, componentId, given);
    const answer = { incidentId, approved: false, who: 'bob', why: null };
    await due(overtaken(stack.app, () => answerApproval(stack.app, answer)));
    expect((await reread(stack.app, id)).state).toBe('skipped');
    const lines = await stack.app.sql`
      select text from incident_events where incident_id = ${incidentId}::uuid`;
    expect(lines.map((row) => String(row['text'])).join()).not.toContain('nobody approved');
    expect(await told(stack.app, name)).toEqual(['remediation_rejected', 'escalation']);
  });
});
