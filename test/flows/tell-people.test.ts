import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../lib/app.js';
import { askWhereDue } from '../../lib/flows/ask-to-tell.js';
import { tellPeople } from '../../lib/flows/tell-people.js';
import type { Outgoing } from '../../lib/queue/queue.js';
import { claimNotification } from '../../lib/store/notifications.js';
import { addComponent, addIncident, addRecovery } from '../support/flow-parts.js';
import { type SlackStack, startSlackStack } from '../support/notify/slack-stack.js';

let world: SlackStack;
let names = 0;
const POST = '/api/chat.postMessage';

beforeAll(async () => {
  world = await startSlackStack({ noticeFirstS: 3600, noticeBurst: 4, noticeRepeatS: 100_000 });
});

afterAll(() => world.close());

/** Each test begins with nothing to tell, and an empty channel. */
afterEach(async () => {
  await world.stack.app.sql`delete from notifications`;
  await world.stack.app.sql`
    update incidents set closed_at = now(), closed_why = 'the test is over' where closed_at is null`;
  await world.stack.app.sql`update control set storm_since = null where id = 1`;
  for (const { ts } of [...world.slack.messages]) world.slack.remove(ts);
});

async function incident(severity = 'critical') {
  names += 1;
  const { app } = world.stack;
  const componentId = await addComponent(world.stack, `told-${names}`);
  const id = await addIncident(app, componentId);
  await app.sql`update incidents set severity = ${severity}::text where id = ${id}::uuid`;
  return { id, componentId };
}

const close = (id: string) => world.stack.app.sql`
  update incidents set closed_at = now(), closed_why = 'it is well' where id = ${id}::uuid`;

const asks = ({ id, componentId }: { id: string; componentId: number }) =>
  addRecovery(world.stack.app, componentId, {
    incidentId: id,
    state: 'awaiting_approval',
    origin: 'automatic',
    approveInS: 600,
  });

const tell = (app: App = world.stack.app) => tellPeople(app);

/** The time since all that was told passes at once. */
const later = (seconds: number) => world.stack.app.sql`
  update notifications
  set
    told_at = told_at - make_interval(secs => ${seconds}::float8),
    announced_at = announced_at - make_interval(secs => ${seconds}::float8),
    created_at = created_at - make_interval(secs => ${seconds}::float8),
    unsure_since = unsure_since - make_interval(secs => ${seconds}::float8),
    retry_at = retry_at - make_interval(secs => ${seconds}::float8),
    claimed_until = claimed_until - make_interval(secs => ${seconds}::float8)`;

const shown = (place = 0) => JSON.stringify(world.slack.messages[place]);

/** An application that dies as soon as its channel has answered. */
function dying(): App {
  const { app } = world.stack;
  const channels = app.notify.channels.map((channel) => ({
    ...channel,
    tell: async (...message: Parameters<typeof channel.tell>) => {
      await channel.tell(...message);
      throw new Error('killed');
    },
  }));
  return { ...app, notify: { ...app.notify, channels } };
}

describe('tellPeople', () => {
  it('tells of an incident once, however many do so at the same time', async () => {
    await incident();
    const sums = await Promise.all(Array.from({ length: 6 }, () => tell()));
    expect(world.slack.messages).toHaveLength(1);
    expect(sums.reduce((sum, { told = 0 }) => sum + told, 0)).toBe(1);
    expect(await tell()).toEqual({});
  });

  it('does not tell of it a second time while the first is on its way', async () => {
    await incident();
    const hold = world.slack.hold(POST, 'after');
    const first = tell();
    await hold.reached;
    expect(await tell()).toEqual({ taken: 1 });
    hold.release();
    expect(await first).toEqual({ told: 1 });
    expect(world.slack.messages).toHaveLength(1);
  });

  it('finds the message of one that died before it could say so', async () => {
    await incident();
    await expect(tell(dying())).rejects.toThrow('killed');
    expect(await tell()).toEqual({ taken: 1 });
    await later(100);
    expect(await tell()).toEqual({ told: 1 });
    expect(world.slack.messages).toMatchObject([{ edits: 1 }]);
  });

  it('does not tell again what was told between its look and its claim', async () => {
    const { id: incidentId } = await incident();
    const hold = world.slack.hold(POST, 'after');
    const first = tell();
    await hold.reached;
    const { sql } = world.stack.app;
    const [row] = await sql`select id::text, token::int, pending_shape as shape from notifications`;
    hold.release();
    await first;
    const read = { id: String(row?.['id']), token: Number(row?.['token']) };
    const wanted = {
      channel: 'slack',
      incidentId,
      causeId: null,
      escalation: null,
      event: 'opened',
    } as const;
    const shape = String(row?.['shape']);
    expect(await claimNotification(sql, { ...read, ...wanted, shape, claimS: 60 })).toBeNull();
  });

  it('writes nothing over what another has told since its claim expired', async () => {
    await incident();
    const hold = world.slack.hold(POST, 'after');
    const slow = tell();
    await hold.reached;
    await later(100);
    expect(await tell()).toEqual({ told: 1 });
    hold.release();
    await slow;
    expect(world.slack.messages).toHaveLength(1);
    const rows = await world.stack.app.sql`select token::int, claimed_until from notifications`;
    expect(rows).toEqual([{ token: 3, claimed_until: null }]);
  });

  it('asks for a yes at once, and shows the answer at once', async () => {
    const one = await incident('high');
    expect(await tell()).toEqual({});
    const { id } = await asks(one);
    expect(await tell()).toEqual({ told: 1 });
    expect(shown()).toContain('"action_id":"approve"');
    await world.stack.app.sql`
      update recoveries set state = 'planned', approved_by = 'ann' where id = ${id}::uuid`;
    expect(await tell()).toEqual({ told: 1 });
    expect(shown()).not.toContain('"action_id":"approve"');
    expect(world.slack.messages).toHaveLength(1);
  });

  it('tells nothing while a window mutes, but what asks, and the rest when it has closed', async () => {
    const one = await incident();
    const path = '/api/admin/maintenance-windows';
    const rule = { type: 'once', starts: '2020-01-01T00:00', ends: '2999-01-01T00:00' };
    const order = { name: 'works', all: true, zone: 'UTC', rule, why: 'a test' };
    const made = await world.stack.call('POST', path, { ...order, mute: true });
    expect(await tell()).toEqual({});
    const { id } = await asks(one);
    expect(await tell()).toEqual({ told: 1 });
    await world.stack.app.sql`
      update recoveries set state = 'skipped', ended_at = now() where id = ${id}::uuid`;
    expect(await tell()).toEqual({ told: 1 });
    await incident();
    expect(await tell()).toEqual({});
    await world.stack.call('DELETE', `${path}/${made.body.id}`);
    expect(await tell()).toEqual({ told: 1 });
    expect(world.slack.messages).toHaveLength(2);
  });

  it('is not muted by a window that nobody can evaluate', async () => {
    await incident();
    const rule = { type: 'once', starts: '2020-01-01T00:00', ends: '2999-01-01T00:00' };
    const order = { name: 'broken', all: true, zone: 'UTC', rule, mute: true, why: 'a test' };
    await world.stack.call('POST', '/api/admin/maintenance-windows', order);
    await world.stack.app.sql`update maintenance_windows set zone = 'Atlantis/Old_Town'`;
    expect(await tell()).toEqual({ told: 1 });
    await world.stack.app.sql`delete from maintenance_windows`;
  });

  it('tells of a change after five minutes, and of the end at once', async () => {
    const { id } = await incident();
    await tell();
    await world.stack.app.sql`
      update incidents set acknowledged_by = 'ann', acknowledged_at = now() where id = ${id}::uuid`;
    expect(await tell()).toEqual({});
    await later(300);
    expect(await tell()).toEqual({ told: 1 });
    expect(shown()).toContain('seen by ann');
    await close(id);
    expect(await tell()).toEqual({ told: 1 });
    expect(shown()).toContain('is well again');
    expect(await tell()).toEqual({});
    expect(world.slack.messages).toHaveLength(1);
  });

  it('draws people to what newly needs them, once', async () => {
    const { id } = await incident('high');
    await world.stack.app.sql`
      update incidents set opened_at = now() - interval '2 hours' where id = ${id}::uuid`;
    expect(await tell()).toEqual({ told: 1 });
    await world.stack.app.sql`update incidents set needs_person = true where id = ${id}::uuid`;
    expect(await tell()).toEqual({ told: 1 });
    expect(world.slack.messages).toMatchObject([
      { edits: 1 },
      { thread: world.slack.messages[0]?.ts },
    ]);
    await later(300);
    await world.stack.app.sql`
      update incidents set acknowledged_by = 'ann', acknowledged_at = now() where id = ${id}::uuid`;
    expect(await tell()).toEqual({ told: 1 });
    expect(world.slack.messages).toHaveLength(2);
  });

  it('never tells of what was over before anybody was told', async () => {
    const { id } = await incident();
    await close(id);
    expect(await tell()).toEqual({});
    expect(world.slack.messages).toEqual([]);
  });

  it('waits longer after each failure, says why, and tells in the end', async () => {
    await incident();
    const rows = () => world.stack.app.sql`
      select
        failures, error, round(extract(epoch from (retry_at - now())))::int as "waitS",
        unsure_since is null as sure
      from notifications`;
    world.slack.answerNext(POST, { status: 503 });
    expect(await tell()).toEqual({ later: 1 });
    expect(await rows()).toMatchObject([{ failures: 1, sure: false }]);
    expect(Number((await rows())[0]?.['waitS'])).toBeLessThanOrEqual(15);
    expect(await tell()).toEqual({});
    await later(15);
    world.slack.answerNext(POST, { body: { ok: false, error: 'not_in_channel' } });
    expect(await tell()).toEqual({ later: 1 });
    expect(await rows()).toMatchObject([{ failures: 2, error: 'Slack refused: not_in_channel' }]);
    const health = async () => (await world.stack.call('GET', '/api/health?deep=1')).body.channels;
    const why = 'Slack refused: not_in_channel';
    expect(await health()).toMatchObject([{ name: 'slack', ok: false, failing: 1, why }]);
    await later(30);
    expect(await tell()).toEqual({ told: 1 });
    expect(await health()).toMatchObject([{ name: 'slack', ok: true, failing: 0 }]);
    expect(await rows()).toEqual([{ failures: 0, error: null, waitS: null, sure: true }]);
  });

  it('leaves a channel that is down alone for the rest of the pass', async () => {
    await Promise.all([incident(), incident(), incident()]);
    for (const _ of [1, 2]) world.slack.answerNext(POST, { ending: 'drop' });
    expect(await tell()).toEqual({ later: 2 });
    expect(world.slack.messages).toEqual([]);
  });

  it('offers nothing again that the channel will not take, until it is something else', async () => {
    const { id } = await incident();
    world.slack.answerNext(POST, { body: { ok: false, error: 'invalid_blocks' } });
    expect(await tell()).toEqual({ refused: 1 });
    await later(3600);
    expect(await tell()).toEqual({});
    await world.stack.app.sql`
      update incidents set acknowledged_by = 'ann' where id = ${id}::uuid`;
    expect(await tell()).toEqual({ told: 1 });
  });

  it('offers it again once a reminder would be due', async () => {
    await incident();
    world.slack.answerNext(POST, { body: { ok: false, error: 'invalid_blocks' } });
    expect(await tell()).toEqual({ refused: 1 });
    await later(100_000);
    expect(await tell()).toEqual({ told: 1 });
  });

  it('tells one channel though another fails in a way that nobody foresaw', async () => {
    await incident();
    const { app } = world.stack;
    const broken = { name: 'webhook', tell: () => Promise.reject(new Error('a bug')) } as const;
    const notify = { ...app.notify, channels: [broken, ...app.notify.channels] };
    const hold = world.slack.hold(POST, 'before');
    const pass = tell({ ...app, notify });
    await hold.reached;
    hold.release();
    await expect(pass).rejects.toThrow('a bug');
    expect(world.slack.messages).toHaveLength(1);
  });

  it('tells of all others when one incident cannot be read', async () => {
    const { id } = await incident();
    await incident();
    await world.stack.app.sql`update incidents set plan = '{}' where id = ${id}::uuid`;
    expect(await tell({ ...world.stack.app, log: () => undefined })).toEqual({ told: 1 });
  });

  it('reminds once though nobody knows whether it did, and something changed since', async () => {
    const { id } = await incident();
    await tell();
    await later(100_000);
    world.slack.answerNext(POST, { ending: 'drop', effect: true });
    expect(await tell()).toEqual({ later: 1 });
    await world.stack.app.sql`
      update incidents set acknowledged_by = 'ann', acknowledged_at = now() where id = ${id}::uuid`;
    await later(15);
    expect(await tell()).toEqual({ told: 1 });
    expect(shown()).toContain('seen by ann');
    expect(await tell()).toEqual({});
    expect(world.slack.messages).toHaveLength(2);
  });

  it('tells anew what somebody has deleted', async () => {
    const one = await incident();
    await tell();
    world.slack.remove(world.slack.messages[0]?.ts ?? '');
    await asks(one);
    expect(await tell()).toEqual({ gone: 1 });
    expect(await tell()).toEqual({ told: 1 });
    expect(world.slack.messages).toHaveLength(1);
  });

  it('tells of many in one message, then of the few that are left', async () => {
    const many = await Promise.all(Array.from({ length: 7 }, () => incident()));
    expect(await tell()).toEqual({ told: 1 });
    expect(shown()).toContain('7 components have trouble at once');
    for (const { id } of many.slice(2)) await close(id);
    await later(300);
    expect(await tell()).toEqual({ told: 3 });
    expect(world.slack.messages).toHaveLength(3);
    expect(shown()).toContain('calmer');
    expect(await tell()).toEqual({});
  });

  it('tells of 500 that fail at once in one message, with the worst, and asks at most as often as one may', async () => {
    const { app } = world.stack;
    const first = await incident();
    await app.sql`
      with made as (
        insert into components (name)
        select 'many-' || number
        from generate_series(1, 500) as number
        returning id
      )
      insert into incidents (
        id, component_id, kind, severity, opened_by, situation, cause, plan, premise)
      select gen_random_uuid(), made.id, 'failing', 'critical', 'samples', situation, cause, plan, premise
      from made
      join incidents on incidents.id = ${first.id}::uuid`;
    const asking = await app.sql`
      select id::text, component_id as "componentId"
      from incidents
      where closed_at is null
      limit 20`;
    for (const row of asking) {
      await asks({ id: String(row['id']), componentId: Number(row['componentId']) });
    }
    expect(await tell()).toEqual({ told: 5 });
    expect(shown()).toContain('501 components have trouble at once');
    expect(shown()).toContain('16 more wait for approval');
    expect(await tell()).toEqual({});
    await app.sql`
      update incidents set closed_at = now(), closed_why = 'it is well' where closed_at is null`;
    await later(300);
    expect(await tell()).toEqual({ told: 5 });
    expect(world.slack.messages).toHaveLength(5);
    await app.sql`delete from recoveries`;
  });

  it('tells of a common cause in a message of its own, what joins it, and its end', async () => {
    const { sql } = world.stack.app;
    const members = (...names: string[]) =>
      JSON.stringify(names.map((component, i) => ({ componentId: i + 1, component })));
    await sql`
      insert into common_causes (id, peer_group, kind, members, peers, began_at)
      values (
        gen_random_uuid(), 'web', 'memory', ${members('w1', 'w2', 'w3')}::jsonb, 4,
        now() - interval '1 day')`;
    const sums = await Promise.all(Array.from({ length: 4 }, () => tell()));
    expect(sums.reduce((sum, { told = 0 }) => sum + told, 0)).toBe(1);
    expect(world.slack.messages).toHaveLength(1);
    expect(shown()).toContain('3 of group web rise alike in memory');
    await sql`update common_causes set members = ${members('w1', 'w2', 'w3', 'w4')}::jsonb`;
    expect(await tell()).toEqual({});
    await later(300);
    expect(await tell()).toEqual({ told: 1 });
    expect(shown()).toContain('w4');
    await sql`update common_causes set ended_at = now()`;
    expect(await tell()).toEqual({ told: 1 });
    expect(shown()).toContain('is calm again');
    expect(await tell()).toEqual({});
    expect(world.slack.messages).toHaveLength(1);
    await sql`delete from common_causes`;
  });

  it('tells of what opens again and again in one message, after six of its own', async () => {
    const { app } = world.stack;
    const { id, componentId } = await incident();
    const ids = [id];
    for (let i = 0; i < 9; i += 1) {
      await tell();
      await close(ids.at(-1) ?? '');
      await tell();
      await later(400);
      ids.push(await addIncident(app, componentId));
    }
    await tell();
    expect(world.slack.messages).toHaveLength(7);
    expect(shown(6)).toContain('1 component has trouble');
  });

  it('tells of a storm once, and that it is over', async () => {
    await incident();
    await world.stack.app.sql`update control set storm_since = now() where id = 1`;
    expect(await tell()).toEqual({ told: 1 });
    expect(shown()).toContain('automatic action has stopped');
    expect(await tell()).toEqual({});
    await world.stack.app.sql`update control set storm_since = null where id = 1`;
    await later(300);
    expect(await tell()).toEqual({ told: 2 });
    expect(shown()).toContain('calmer');
  });

  it('begins one message about many, however many passes there are', async () => {
    await Promise.all(Array.from({ length: 7 }, () => incident()));
    await Promise.all(Array.from({ length: 5 }, () => tell()));
    expect(world.slack.messages).toHaveLength(1);
  });
});

describe('askWhereDue', () => {
  const noting = () => {
    const sent: Outgoing[] = [];
    const publish = async (messages: readonly Outgoing[]) => void sent.push(...messages);
    const { app } = world.stack;
    return { sent, app: { ...app, queue: { ...app.queue, publish } } };
  };

  it('asks for a pass when something is due', async () => {
    await incident();
    const { app, sent } = noting();
    expect(await askWhereDue(app)).toBe(true);
    expect(sent).toMatchObject([{ path: '/api/sweep', body: { tell: true } }]);
    // A second sweep of the same interval must not pass for a repeat of the first.
    expect(await askWhereDue(app)).toBe(true);
    expect(new Set(sent.map(({ dedupId }) => dedupId)).size).toBe(2);
  });

  it('asks for none when nothing is, or will be before the next sweep', async () => {
    await incident('high');
    const { app, sent } = noting();
    expect(await askWhereDue(app)).toBe(false);
    expect(sent).toEqual([]);
  });

  it('asks for one at the instant at which something becomes due', async () => {
    const { id } = await incident('high');
    await world.stack.app.sql`
      update incidents set opened_at = now() - interval '1 minute' where id = ${id}::uuid`;
    const { app, sent } = noting();
    const baseSettings = { ...app.baseSettings, intervalS: 3600 };
    expect(await askWhereDue({ ...app, baseSettings })).toBe(false);
    expect(sent).toMatchObject([{ body: { tell: true } }]);
    expect(sent[0]?.delayS).toBeLessThanOrEqual(3540);
    expect(sent[0]?.delayS).toBeGreaterThan(3000);
  });

  it('fails no sweep while the queue is away', async () => {
    await incident();
    const { app } = world.stack;
    const publish = () => Promise.reject(new Error('away'));
    const broken = { ...app, log: () => undefined, queue: { ...app.queue, publish } };
    expect(await askWhereDue(broken)).toBe(true);
  });
});
