import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCommand } from '../../lib/agent/open-command.js';
import { readPublicKey } from '../../lib/agent/public-key.js';
import { commandKeys } from '../../lib/security/commands.js';
import { type Door, type Passing, type Standing, startDoor } from '../support/door.js';
import { type KillableStack, startKillableStack } from '../support/killable.js';
import { renderService } from '../support/render/service.js';
import { type RenderServer, startRenderServer } from '../support/render-server.js';
import { until } from '../support/stack.js';

/** Where the functions are when they are killed: a request of theirs that stands still. */
interface Point {
  readonly name: string;
  readonly way: 'database' | 'queue' | 'platform';
  readonly when: 'before' | 'after';
  /** What the request holds beside the recovery's id, or its service's. */
  readonly says: string;
  /** Which of the requests that say so, from 1. */
  readonly nth?: number;
  readonly executor?: 'agent';
}

const CLAIM = 'attempts = recovery.attempts + 1';
const KEEP = 'before_state =';
const ACTED = "state = 'verifying', acted_at = now()";
const PUBLISHED = 'set published_at = now()';
const ENDED = 'ended_at = now(), claimed_until = null';

const POINTS: readonly Point[] = [
  { name: 'with the claim, before any call', way: 'database', when: 'after', says: CLAIM },
  { name: 'while it reads the state before', way: 'platform', when: 'before', says: '' },
  { name: 'before that state is kept', way: 'database', when: 'before', says: KEEP },
  { name: 'between claim and action', way: 'database', when: 'after', says: KEEP },
  { name: 'before the call reaches it', way: 'platform', when: 'before', says: '/restart' },
  { name: 'after the call, unanswered', way: 'platform', when: 'after', says: '/restart' },
  { name: 'between action and record', way: 'database', when: 'before', says: ACTED },
  { name: 'with the record, unanswered', way: 'database', when: 'after', says: ACTED },
  { name: 'between record and publish', way: 'queue', when: 'before', says: 'verify' },
  { name: 'with the publish, unanswered', way: 'queue', when: 'after', says: 'verify' },
  { name: 'before the publish is noted', way: 'database', when: 'before', says: PUBLISHED },
  { name: 'during the verification', way: 'platform', when: 'before', says: '/instances', nth: 2 },
  { name: 'before the end is recorded', way: 'database', when: 'before', says: ENDED },
  { name: 'with the end, unanswered', way: 'database', when: 'after', says: ENDED },
  {
    name: 'with the agent’s command laid ready',
    way: 'database',
    when: 'after',
    says: 'insert into agent_commands',
    executor: 'agent',
  },
  {
    name: 'between the agent’s command and its record',
    way: 'database',
    when: 'before',
    says: ACTED,
    executor: 'agent',
  },
];

/** One component for each point, with a recovery of its own that is killed there. */
interface Case extends Point {
  readonly component: string;
  readonly service: string;
  readonly id: string;
}

const cases: readonly Case[] = POINTS.map((point, i) => ({
  ...point,
  component: `c${i}`,
  service: `srv-${i}x`,
  id: randomUUID(),
}));

/** Recoveries that a person asks for while the functions are killed around their claim. */
const ASKED = ['claim, unanswered', 'claim and publish', 'publish, unanswered'].map((name, i) => ({
  name,
  component: `p${i}`,
  service: `srv-p${i}x`,
}));

const healthy = { cpu_usage: 20, memory_usage: 30, error_rate: 0.001, latency_ms: 100 };
const AGENT = { instance: 'one', bootId: randomUUID() };

let stack: KillableStack;
let render: RenderServer;
let platform: Door;

/** Commands that the agents have carried out: each once, however often it comes. */
const done = new Set<string>();

beforeAll(async () => {
  const all = [...cases, ...ASKED];
  render = await startRenderServer({
    token: 'rnd_test',
    services: all.map(({ service }) => renderService(service)),
  });
  platform = await startDoor(render.url);
  stack = await startKillableStack({
    settings: {
      recoveryShare: 1,
      freshIntervals: 100,
      // Longer than Render takes to show a restart: an attempt after the claim need not wait for that.
      claimS: 21,
      commandS: 300,
      verifyPatienceS: 120,
    },
    env: { RENDER_API_URL: platform.url, RENDER_API_KEY: 'rnd_test' },
  });
  for (const one of all) {
    const { component, service } = one;
    const isAgent = 'executor' in one && one.executor === 'agent';
    const body = isAgent
      ? { platform: { type: 'agent' } }
      : { platform: { type: 'render', service_id: service } };
    const { status } = await stack.call('PUT', `/api/components/${component}`, body);
    expect(status).toBeLessThan(300);
  }
  await live();
  await plan();
  await killAll();
  await stack.restart();
  await healAll();
}, 600_000);

afterAll(async () => {
  await stack?.close();
  await platform?.close();
  await render?.close();
});

/** One sample of every component, by its agent where it has one, which also does what it is told. */
async function live(): Promise<void> {
  const at = new Date().toISOString();
  const names = [...cases.filter(({ executor }) => executor !== 'agent'), ...ASKED];
  await stack.call(
    'POST',
    '/api/ingest',
    names.map(({ component }) => ({ component, at, ...healthy })),
  );
  for (const { component } of cases.filter(({ executor }) => executor === 'agent')) {
    const { body } = await push(component, { samples: [{ at, ...healthy }] });
    for (const command of body.commands ?? []) await obey(component, command);
  }
}

const push = (component: string, rest: object) =>
  stack.call(
    'POST',
    '/api/ingest',
    { component, instance: AGENT.instance, boot_id: AGENT.bootId, samples: [], ...rest },
    stack.key(['ingest'], component),
  );

async function obey(component: string, command: unknown): Promise<void> {
  const opened = openCommand(command, {
    identity: { component, ...AGENT },
    keys: [readPublicKey(commandKeys(stack.secrets.current.commandSeed).publicKey)],
    nowMs: Date.now(),
    isKnown: (id) => done.has(id),
  });
  if (opened.kind !== 'accepted') return;
  const { id } = opened.command;
  done.add(id);
  const finished_at = new Date().toISOString();
  await push(component, { results: [{ id, ok: true, result: { success: true }, finished_at }] });
}

/** Recoveries as a person's request leaves them when its message was never sent. */
async function plan(): Promise<void> {
  const premise = {
    probability: 0,
    level: null,
    score: null,
    reasons: [],
    breaching: [],
    metrics: {},
  };
  for (const { id, component, executor = 'render' } of cases) {
    const action = { name: executor === 'agent' ? 'clean_memory' : 'restart' };
    await stack.sql`
      insert into recoveries (
        id, component_id, action, executor, origin, state, why, verdicts, premise)
      select
        ${id}::uuid, id, ${JSON.stringify(action)}::jsonb, ${executor}::text, 'person', 'planned',
        'a fault test', '[]', ${JSON.stringify(premise)}::jsonb
      from components
      where name = ${component}::text`;
  }
}

/** Whether a request is the one that a case stands still at: it is about that recovery alone. */
function isMeant({ id, service, way, says, nth = 1 }: Case): (passing: Passing) => boolean {
  let seen = 0;
  return ({ path, body }) => {
    const about =
      way === 'platform'
        ? path.includes(`/${service}`) && path.endsWith(says)
        : body.includes(id) &&
          body.includes(says) &&
          cases.every((other) => other.id === id || !body.includes(other.id));
    if (about) seen += 1;
    return about && seen === nth;
  };
}

const doorOf = ({ way }: Point): Door => (way === 'platform' ? platform : stack.doors[way]);

async function killAll(): Promise<void> {
  const standing = cases.map((one) => doorOf(one).hold(one.when, isMeant(one)));
  await stack.call('POST', '/api/sweep', {});
  await reached(standing);
  await askAround();
  await stack.kill();
}

/** Wait until every request stands still; verifications need samples meanwhile. */
async function reached(standing: readonly Standing[]): Promise<void> {
  const arrived = new Set<number>();
  standing.forEach(({ reached: one }, i) => {
    one.then(
      () => arrived.add(i),
      () => undefined,
    );
  });
  await until(
    'every request to stand still',
    async () => {
      await live();
      return cases.filter((_, i) => !arrived.has(i)).map(({ name }) => name);
    },
    (missing) => missing.length === 0,
    180_000,
  );
}

/** Requests by people that stand still around their claim and its message. */
async function askAround(): Promise<void> {
  const isClaim = ({ body }: Passing) => body.includes('insert into recoveries (');
  const isPublish = ({ body }: Passing) => body.includes('recover-');
  const standing = [
    () => stack.doors.database.hold('after', isClaim),
    () => stack.doors.queue.hold('before', isPublish),
    () => stack.doors.queue.hold('after', isPublish),
  ];
  for (const [i, hold] of standing.entries()) {
    const held = hold();
    const { component, name } = ASKED[i] ?? { component: '', name: '' };
    // Never answered: the functions are killed first.
    stack
      .call('POST', '/api/recover', { component, action: 'restart', reason: name })
      .catch(() => undefined);
    await held.reached;
    // What stands still may be another's: the functions are killed once this request has its claim, too.
    await until(
      `the claim of ${component}`,
      () => endOf(component),
      (rows) => rows.length > 0,
    );
  }
}

/** Live on, and sweep as the clock would, until nothing is in flight any more. */
async function healAll(): Promise<void> {
  await until(
    'the end of every recovery',
    async () => {
      await live();
      await stack.call('POST', '/api/sweep', {});
      return stack.sql`
        select components.name, recoveries.state, recoveries.error
        from recoveries
        join components on components.id = recoveries.component_id
        where recoveries.ended_at is null`;
    },
    (rows) => rows.length === 0,
    180_000,
  );
}

async function endOf(component: string) {
  return stack.sql`
    select
      recoveries.id::text, recoveries.state, recoveries.error,
      (
        select json_agg(json_build_object(
          'type', unified_brain.action_type, 'success', unified_brain.success))
        from unified_brain
        where unified_brain.metadata ->> 'recovery_id' = recoveries.id::text
      ) as told
    from recoveries
    join components on components.id = recoveries.component_id
    where components.name = ${component}::text`;
}

describe('the functions, killed', () => {
  it.each(cases)('$name: end with one effect, told once', async ({ component, executor }) => {
    const rows = await endOf(component);
    const type = executor === 'agent' ? 'memory_leak_cleanup' : 'service_restart';
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ state: 'succeeded', error: null });
    expect(rows[0]?.['told']).toEqual([{ type, success: true }]);
  });

  it.each(ASKED)('around a request, at its $name: end with one effect, told once', async (one) => {
    const rows = await endOf(one.component);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ state: 'succeeded', error: null });
    expect(rows[0]?.['told']).toEqual([{ type: 'service_restart', success: true }]);
    const audit = await stack.sql`
      select why from audit where what = ${`recover ${one.component}`}::text`;
    expect(audit).toEqual([{ why: one.name }]);
  });

  it('restart nothing twice, and lose no restart', () => {
    const wanted = cases.filter(({ executor }) => executor !== 'agent').length + ASKED.length;
    expect(render.effects).toEqual(Array.from({ length: wanted }, () => 'restart-service'));
    for (const { service } of [...cases.filter(({ executor }) => executor !== 'agent'), ...ASKED]) {
      const { instances } = render.state.get(service) ?? { instances: [] };
      expect(instances.every(({ id }) => id.includes('-new'))).toBe(true);
    }
  });

  it('give the agent each command once', async () => {
    const [row] = await stack.sql`select count(*)::int as laid from agent_commands`;
    expect(row).toEqual({ laid: 2 });
    expect(done.size).toBe(2);
  });
});
