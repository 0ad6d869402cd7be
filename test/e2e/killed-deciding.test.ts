import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Passing, Standing } from '../support/door.js';
import { type KillableStack, startKillableStack } from '../support/killable.js';
import { healthy } from '../support/life.js';
import { renderDeploy, renderService } from '../support/render/service.js';
import { type RenderServer, startRenderServer } from '../support/render-server.js';
import { until } from '../support/stack.js';

let stack: KillableStack;
let render: RenderServer;

const NAMES = ['seen', 'claimed', 'told', 'asked', 'answered', 'failed', 'worse', 'late'];

beforeAll(async () => {
  const deploys = [renderDeploy(2, 'live'), renderDeploy(1)];
  render = await startRenderServer({
    token: 'rnd_test',
    services: NAMES.map((name) => renderService(`srv-${name}`, { deploys })),
  });
  stack = await startKillableStack({
    settings: {
      recoveryShare: 1,
      stormMin: 1000,
      actionsPerHour: 1000,
      freshIntervals: 100,
      freshShare: 0,
      verifyPatienceS: 60,
    },
    env: { RENDER_API_URL: render.url, RENDER_API_KEY: 'rnd_test' },
  });
  for (const name of NAMES) {
    const { status } = await stack.call('PUT', `/api/components/${name}`, {
      platform: { type: 'render', service_id: `srv-${name}` },
      mode: name === 'asked' || name === 'answered' ? 'approve' : 'auto',
    });
    expect(status).toBeLessThan(300);
  }
});

afterAll(async () => {
  await stack?.close();
  await render?.close();
});

/** How a component is at the moment. */
type Values = () => Partial<typeof healthy>;

/** A second of a component's life, and a sweep. Neither is answered while the functions are dead. */
async function second(component: string, values: Values, from: number): Promise<void> {
  const samples: object[] = [];
  for (let at = from; at <= Date.now(); at += 1000) {
    samples.push({ component, at: new Date(at).toISOString(), ...healthy, ...values() });
  }
  await stack.call('POST', '/api/ingest', samples);
  await stack.call('POST', '/api/sweep', {});
}

/** Let a component live until something is as wanted. */
async function live<T>(
  what: string,
  [component, values]: readonly [string, Values],
  ask: () => Promise<T>,
  isWanted: (value: T) => boolean,
): Promise<T> {
  let from = Date.now() - 2000;
  return until(
    what,
    async () => {
      const next = Date.now() + 1;
      await second(component, values, from);
      from = next;
      return ask();
    },
    isWanted,
    90_000,
  );
}

/** Let a component live until a request of the functions stands still, then kill them and start them again. */
async function killedAt(
  standing: Standing,
  [component, values]: readonly [string, Values],
): Promise<void> {
  let stands = false;
  const reached = standing.reached.then(() => {
    stands = true;
  });
  let from = Date.now() - 10_000;
  while (!stands) {
    const next = Date.now() + 1;
    // A sweep that stands still never answers.
    const lived = second(component, values, from).catch(() => undefined);
    from = next;
    await Promise.race([reached, lived.then(() => new Promise((go) => setTimeout(go, 200)))]);
  }
  await stack.kill();
  await stack.restart();
}

const idOf = async (component: string): Promise<string> => {
  const [row] = await stack.sql`select id from components where name = ${component}::text`;
  return String(row?.['id']);
};

const says =
  (...words: readonly string[]) =>
  ({ body }: Passing): boolean =>
    words.every((word) => body.includes(word));

const CLAIM = 'insert into recoveries (';
const SEEN = 'insert into component_state as old';
const OPENS = 'insert into incidents (';
const ENDED = 'ended_at = now(), claimed_until = null';

const incidentOf = async (component: string) => {
  const { body } = await stack.call('GET', `/api/incidents?component=${component}`);
  const [newest] = body.incidents;
  if (newest === undefined) return null;
  return (await stack.call('GET', `/api/incidents/${newest.id}`)).body;
};

const kinds = (incident: { timeline: { kind: string }[] }): string[] =>
  incident.timeline.map(({ kind }) => kind);

const renewed = (component: string): boolean =>
  render.state.get(`srv-${component}`)?.instances.every(({ id }) => id.includes('-new')) ?? false;

/** Busy until it was restarted. */
const busy =
  (component: string): Values =>
  () =>
    renewed(component) ? {} : { cpu_usage: 99 };

async function restarts(component: string): Promise<number> {
  const calls = render.calls.filter(({ operation }) => operation === 'restart-service');
  return calls.filter(({ path }) => path.includes(`/srv-${component}/`)).length;
}

async function escalations(component: string): Promise<string[]> {
  const rows = await stack.sql`
    select input_data ->> 'why' as why
    from unified_brain
    where action_type = 'escalation'
    and metadata ->> 'component' = ${component}::text
    order by executed_at`;
  return rows.map((row) => String(row['why']));
}

const HEALED = ['opened', 'planned', 'acted', 'verified', 'closed'];

describe('the functions, killed while they decide', () => {
  it.each([
    ['seen', 'as a sweep’s transaction has opened the incident', 'after', [SEEN, OPENS]],
    ['claimed', 'as the restart was claimed', 'after', [CLAIM]],
  ] as const)(
    '%s: %s: go on, and tell all of it',
    async (component, _, when, words) => {
      const patient = [component, busy(component)] as const;
      await killedAt(stack.doors.database.hold(when, says(...words)), patient);
      const incident = await live(
        'the closing',
        patient,
        () => incidentOf(component),
        (one) => one?.state === 'closed',
      );
      expect(kinds(incident)).toEqual(HEALED);
      expect(await restarts(component)).toBe(1);
    },
    180_000,
  );

  it('send the message that a claim never came to', async () => {
    const patient = ['told', busy('told')] as const;
    await killedAt(stack.doors.queue.hold('before', says('recover-')), patient);
    const incident = await live(
      'the closing',
      patient,
      () => incidentOf('told'),
      (one) => one?.state === 'closed',
    );
    expect(kinds(incident)).toEqual(HEALED);
    expect(await restarts('told')).toBe(1);
  }, 180_000);

  it('still ask the person whom a claim waits for', async () => {
    const patient = ['asked', busy('asked')] as const;
    await killedAt(stack.doors.database.hold('after', says(CLAIM)), patient);
    const incident = await live(
      'the question',
      patient,
      () => incidentOf('asked'),
      (one) => one?.recoveries[0]?.state === 'awaiting_approval',
    );
    expect(incident).toMatchObject({ needs_person: true });
    expect(kinds(incident)).toEqual(['opened', 'awaiting_approval']);
    await stack.call('POST', `/api/incidents/${incident.id}/reject`, { why: 'the test is over' });
    await live(
      'the closing',
      ['asked', () => ({})],
      () => incidentOf('asked'),
      (one) => one?.state === 'closed',
    );
    expect(await restarts('asked')).toBe(0);
  }, 180_000);

  it('act on a yes that was given, though its message was never sent', async () => {
    const patient = ['answered', busy('answered')] as const;
    const waiting = await live(
      'the question',
      patient,
      () => incidentOf('answered'),
      (one) => one?.recoveries[0]?.state === 'awaiting_approval',
    );
    const standing = stack.doors.queue.hold('before', says('recover-'));
    stack.call('POST', `/api/incidents/${waiting.id}/approve`, {}).catch(() => undefined);
    await standing.reached;
    await stack.kill();
    await stack.restart();
    const incident = await live(
      'the closing',
      patient,
      () => incidentOf('answered'),
      (one) => one?.state === 'closed',
    );
    expect(kinds(incident)).toEqual([
      'opened',
      'awaiting_approval',
      'approved',
      'acted',
      'verified',
      'closed',
    ]);
    expect(await restarts('answered')).toBe(1);
  }, 180_000);

  it('page, when a step has failed and nobody went on with the plan', async () => {
    const patient = ['failed', () => ({ cpu_usage: 99 })] as const;
    const id = await idOf('failed');
    expect(id).toMatch(/^\d+$/);
    await killedAt(stack.doors.database.hold('after', says(ENDED)), patient);
    const incident = await live(
      'the page',
      patient,
      () => incidentOf('failed'),
      (one) => one?.needs_person === true,
    );
    expect(incident.recoveries[0]).toMatchObject({ action: 'restart', state: 'failed' });
    expect(kinds(incident).slice(0, 4)).toEqual(['opened', 'planned', 'acted', 'failed']);
    expect(await escalations('failed')).toHaveLength(1);
    await live(
      'the closing',
      ['failed', () => ({})],
      () => incidentOf('failed'),
      (one) => one?.state === 'closed',
    );
  }, 180_000);

  it('undo what made matters worse, and page, though they die in between', async () => {
    await live(
      'a healthy start',
      ['worse', () => ({})],
      async () => (await stack.call('GET', '/api/components/worse')).body,
      (one) => one.assessment !== null,
    );
    const asked = await stack.call('POST', '/api/recover', {
      component: 'worse',
      action: 'rollback',
      reason: 'a rollback that does harm',
    });
    expect(asked.status).toBe(202);
    const rolledBack = () => render.effects.filter((one) => one === 'rollback-deploy').length;
    const values: Values = () => (rolledBack() === 1 ? { cpu_usage: 99 } : {});
    await killedAt(stack.doors.database.hold('after', says(ENDED)), ['worse', values]);
    // What a person asked for would be left to them: from here on it is Forestall's own.
    await stack.sql`
      update recoveries set origin = 'automatic' where id = ${asked.body.recovery.id}::uuid`;
    const state = await live(
      'the undoing',
      ['worse', values],
      async () => (await stack.call('GET', `/api/recoveries/${asked.body.recovery.id}`)).body.state,
      (one) => one === 'undone',
    );
    expect(state).toBe('undone');
    expect(rolledBack()).toBe(2);
    const pages = await escalations('worse');
    expect(pages.filter((why) => why.startsWith('worse'))).toHaveLength(1);
  }, 180_000);

  it('do not repeat a call that takes effect late, after they have died', async () => {
    await live(
      'a healthy start',
      ['late', () => ({})],
      async () => (await stack.call('GET', '/api/components/late')).body,
      (one) => one.assessment !== null,
    );
    const hold = render.hold('restart-service', 'before');
    const asked = await stack.call('POST', '/api/recover', {
      component: 'late',
      action: 'restart',
      reason: 'a call that is slow',
    });
    await hold.reached;
    await stack.kill();
    await stack.restart();
    hold.release();
    await live(
      'the end',
      ['late', () => ({})],
      async () => (await stack.call('GET', `/api/recoveries/${asked.body.recovery.id}`)).body.state,
      (one) => one === 'succeeded',
    );
    expect(await restarts('late')).toBe(1);
  }, 180_000);
});
