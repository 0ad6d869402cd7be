import { describe, expect, it } from 'vitest';
import {
  commandStatuses,
  handCommands,
  layCommands,
  notePush,
  type Pusher,
  readHanded,
  takeResults,
} from '../../lib/store/agent-commands.js';
import { endRecovery } from '../../lib/store/recovery-progress.js';
import { addComponent, recoveryIn, storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

const boot = (): string => crypto.randomUUID();

/** A component whose recovery executes, with an agent in each of some instances. */
async function scene(...instances: string[]) {
  const { id, name } = await addComponent(sql);
  const pushers = instances.map((instance) => ({ component: name, instance, bootId: boot() }));
  for (const pusher of pushers) await notePush(sql, pusher);
  const action = { name: 'clean_memory', only_if_leaking: true } as const;
  const held = await recoveryIn(sql, 'executing', { componentId: id, executor: 'agent', action });
  const command = { recoveryId: held.id, component: name, instance: null, commandS: 60 };
  const [first] = pushers;
  if (first === undefined) throw new Error('a scene needs an instance');
  return { componentId: id, held, command, pusher: first, pushers };
}

const hand = async (pusher: Pusher) => readHanded(await handCommands(sql, pusher));

const report = (id: string, ok = true) => [
  ok ? { id, ok, result: { memory_freed_mb: 12 } } : { id, ok, error: 'no memory' },
];

describe('layCommands', () => {
  it('lays one for each instance that pushed lately, once', async () => {
    const { command } = await scene('b', 'a');
    expect(await layCommands(sql, command)).toEqual(['a', 'b']);
    expect(await layCommands(sql, command)).toEqual(['a', 'b']);
    expect(await commandStatuses(sql, command.recoveryId)).toHaveLength(2);
  });

  it('lays one for the instance that is named, and for none that is silent', async () => {
    const { command, componentId } = await scene('a', 'b', 'c');
    await sql`
      update instances
      set pushed_at = now() - interval '121 seconds'
      where component_id = ${componentId}::int
      and name = 'c'`;
    expect(await layCommands(sql, { ...command, instance: 'b' })).toEqual(['b']);
    expect(await layCommands(sql, command)).toEqual(['a', 'b']);
  });

  it('lays none where no agent is, or there is no such component', async () => {
    const { command } = await scene('a');
    expect(await layCommands(sql, { ...command, component: 'nobody' })).toEqual([]);
    expect(await layCommands(sql, { ...command, instance: 'z' })).toEqual([]);
    await sql`update instances set pushed_at = null`;
    expect(await layCommands(sql, command)).toEqual([]);
  });
});

describe('notePush', () => {
  it('keeps the newest boot of an instance', async () => {
    const { pusher, componentId } = await scene('a');
    const bootId = boot();
    await notePush(sql, { ...pusher, bootId });
    const rows = await sql`
      select name, boot_id::text as boot
      from instances
      where component_id = ${componentId}::int`;
    expect(rows).toEqual([{ name: 'a', boot: bootId }]);
  });

  it('notes nothing of a component that there is not', async () => {
    await notePush(sql, { component: 'nobody', instance: 'lonely', bootId: boot() });
    expect(await sql`select 1 from instances where name = 'lonely'`).toEqual([]);
  });
});

describe('handCommands', () => {
  it('hands nothing out while everything is paused', async () => {
    const { command, pusher } = await scene('a');
    await layCommands(sql, command);
    await sql`update control set paused = true`;
    const whilePaused = await hand(pusher);
    await sql`update control set paused = false`;
    expect(whilePaused).toEqual([]);
    expect(await hand(pusher)).toHaveLength(1);
  });

  it('hands a command to the boot that pushes, and again until it reports', async () => {
    const { command, pusher, held } = await scene('a');
    await layCommands(sql, command);
    const handed = await hand(pusher);
    expect(handed).toEqual([
      {
        id: held.id,
        action: 'clean_memory',
        onlyIfLeaking: true,
        now: expect.any(Date),
        expiresAt: expect.any(Date),
      },
    ]);
    expect(await hand(pusher)).toMatchObject([{ id: held.id }]);
    await takeResults(sql, pusher, report(held.id));
    expect(await hand(pusher)).toEqual([]);
  });

  it('hands it to one of ten boots that push at once, and to no later one', async () => {
    const { command, pusher, held } = await scene('a');
    await layCommands(sql, command);
    const boots = Array.from({ length: 10 }, boot);
    const handed = await race(
      database,
      `select 1 from agent_commands where recovery_id = '${held.id}' for update`,
      boots.map((bootId) => () => handCommands(sql, { ...pusher, bootId })),
    );
    expect(handed.filter((rows) => rows.length > 0)).toHaveLength(1);
    expect(await hand({ ...pusher, bootId: boot() })).toEqual([]);
    const winner = boots[handed.findIndex((rows) => rows.length > 0)];
    expect(await commandStatuses(sql, held.id)).toMatchObject([
      { state: 'delivered', bootId: winner },
    ]);
  });

  it('hands nothing to another instance, or to another component', async () => {
    const { command, pusher } = await scene('a');
    await layCommands(sql, command);
    const other = await scene('a');
    expect(await hand({ ...pusher, instance: 'b' })).toEqual([]);
    expect(await hand(other.pusher)).toEqual([]);
  });

  it('hands nothing that has expired, or whose recovery has ended', async () => {
    const late = await scene('a');
    await layCommands(sql, { ...late.command, commandS: 0 });
    expect(await hand(late.pusher)).toEqual([]);
    const ended = await scene('a');
    await layCommands(sql, ended.command);
    await endRecovery(sql, ended.held, { from: ['executing'], to: 'failed', error: 'gave up' });
    expect(await hand(ended.pusher)).toEqual([]);
  });
});

describe('takeResults', () => {
  it.each([
    { ok: true, kept: { state: 'done', result: { memory_freed_mb: 12 }, error: null } },
    { ok: false, kept: { state: 'failed', result: null, error: 'no memory' } },
  ])('takes in what the boot reports: ok $ok', async ({ ok, kept }) => {
    const { command, pusher, held } = await scene('a');
    await layCommands(sql, command);
    await hand(pusher);
    expect(await takeResults(sql, pusher, report(held.id, ok))).toEqual([{ id: held.id }]);
    expect(await commandStatuses(sql, held.id)).toMatchObject([kept]);
  });

  it('keeps the first of ten reports', async () => {
    const { command, pusher, held } = await scene('a');
    await layCommands(sql, command);
    await hand(pusher);
    const taken = await race(
      database,
      `select 1 from agent_commands where recovery_id = '${held.id}' for update`,
      times(10, (i) => takeResults(sql, pusher, [{ id: held.id, ok: true, result: { i } }])),
    );
    const winner = taken.findIndex((rows) => rows.length > 0);
    expect(taken.flat()).toHaveLength(1);
    expect(await commandStatuses(sql, held.id)).toMatchObject([{ result: { i: winner } }]);
  });

  it('takes nothing from a boot that the command was not handed to', async () => {
    const { command, pusher, held } = await scene('a');
    await layCommands(sql, command);
    expect(await takeResults(sql, pusher, report(held.id))).toEqual([]);
    await hand(pusher);
    expect(await takeResults(sql, { ...pusher, bootId: boot() }, report(held.id))).toEqual([]);
    expect(await takeResults(sql, { ...pusher, instance: 'b' }, report(held.id))).toEqual([]);
    expect(await takeResults(sql, pusher, report(crypto.randomUUID()))).toEqual([]);
    expect(await takeResults(sql, pusher, [])).toEqual([]);
    expect(await commandStatuses(sql, held.id)).toMatchObject([{ state: 'delivered' }]);
  });
});

describe('commandStatuses', () => {
  it('tells of each instance how far it has come, and whether its process is a new one', async () => {
    const { command, pushers, held } = await scene('a', 'b');
    await layCommands(sql, { ...command, commandS: 60 });
    const [a, b] = pushers;
    if (a === undefined || b === undefined) throw new Error('there should be two');
    await hand(a);
    const bootId = boot();
    await notePush(sql, { ...a, bootId });
    expect(await commandStatuses(sql, held.id)).toEqual([
      {
        instance: 'a',
        state: 'delivered',
        bootId: a.bootId,
        presentBootId: bootId,
        expired: false,
        result: null,
        error: null,
        createdAt: expect.any(Date),
        finishedAt: null,
      },
      expect.objectContaining({ instance: 'b', state: 'pending', bootId: null }),
    ]);
    await sql`update agent_commands set expires_at = now() where recovery_id = ${held.id}::uuid`;
    const all = await commandStatuses(sql, held.id);
    expect(all.map(({ expired }) => expired)).toEqual([true, true]);
  });

  it('is empty for a recovery without commands', async () => {
    expect(await commandStatuses(sql, crypto.randomUUID())).toEqual([]);
  });
});
