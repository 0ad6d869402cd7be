import * as z from 'zod';
import { Instant, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

/**
 * Lay a command ready for the agents of a component, each instance once.
 *
 * Only instances that pushed lately get it; `instance` narrows it to one. Safe to repeat: a command that
 * is there stays as it is. Answers the instances.
 *
 * @param commandS - how long an agent has to fetch it
 */
export async function layCommands(
  sql: Sql,
  command: { recoveryId: string; component: string; instance: string | null; commandS: number },
): Promise<string[]> {
  const rows = await sql`
    with laid as (
      insert into agent_commands (recovery_id, component_id, instance_id, expires_at)
      select
        ${command.recoveryId}::uuid, instances.component_id, instances.id,
        now() + make_interval(secs => ${command.commandS}::float8)
      from instances
      join components on components.id = instances.component_id
      where components.name = ${command.component}::text
      and instances.pushed_at > now() - interval '120 seconds'
      and (${command.instance}::text is null or instances.name = ${command.instance}::text)
      on conflict (recovery_id, instance_id) do nothing
      returning instance_id
    )
    select instances.name
    from instances
    where instances.id in (
      select instance_id from laid
      union all
      select instance_id from agent_commands where recovery_id = ${command.recoveryId}::uuid)
    order by instances.name
    limit 1000`;
  return rows.map((row) => z.string().parse(row['name']));
}

const StatusRow = z.object({
  instance: z.string(),
  state: z.enum(['pending', 'delivered', 'done', 'failed']),
  bootId: z.string().nullable(),
  presentBootId: z.string().nullable(),
  expired: z.boolean(),
  result: z.record(z.string(), z.unknown()).nullable(),
  error: z.string().nullable(),
  createdAt: Instant,
  finishedAt: Instant.nullable(),
});

/** How far one instance's command has come. */
export type CommandStatus = z.infer<typeof StatusRow>;

/** Read how far the commands of a recovery have come. */
export async function commandStatuses(sql: Sql, recoveryId: string): Promise<CommandStatus[]> {
  const rows = await sql`
    select
      instances.name as instance, agent_commands.state, agent_commands.boot_id::text as "bootId",
      instances.boot_id::text as "presentBootId", agent_commands.expires_at <= now() as expired,
      agent_commands.result, agent_commands.error, agent_commands.created_at as "createdAt",
      agent_commands.finished_at as "finishedAt"
    from agent_commands
    join instances on instances.id = agent_commands.instance_id
    where agent_commands.recovery_id = ${recoveryId}::uuid
    order by instances.name
    limit 1000`;
  return parseRows(StatusRow, rows);
}

/** Who pushes: one boot of one instance of one component. */
export interface Pusher {
  readonly component: string;
  readonly instance: string;
  readonly bootId: string;
}

/** Note that an agent pushed. */
export function notePush(sql: Sql, pusher: Pusher): Statement {
  return sql`
    insert into instances (component_id, name, boot_id, pushed_at)
    select id, ${pusher.instance}::text, ${pusher.bootId}::uuid, now()
    from components
    where name = ${pusher.component}::text
    and removed_at is null
    on conflict (component_id, name) do update
    set boot_id = excluded.boot_id, pushed_at = excluded.pushed_at`;
}

/** Take in what an agent reports of its commands; a result that is there stays. */
export function takeResults(
  sql: Sql,
  pusher: Pusher,
  results: readonly {
    readonly id: string;
    readonly ok: boolean;
    readonly result?: Readonly<Record<string, unknown>> | undefined;
    readonly error?: string | undefined;
  }[],
): Statement {
  return sql`
    update agent_commands
    set
      state = case when reported.ok then 'done' else 'failed' end, finished_at = now(),
      result = reported.result, error = reported.error
    from unnest(
      ${results.map((one) => one.id)}::uuid[],
      ${results.map((one) => one.ok)}::bool[],
      ${results.map((one) => (one.result === undefined ? null : JSON.stringify(one.result)))}::jsonb[],
      ${results.map((one) => one.error ?? null)}::text[]
    ) as reported (id, ok, result, error)
    join components on components.name = ${pusher.component}::text
    join instances
      on instances.component_id = components.id and instances.name = ${pusher.instance}::text
    where agent_commands.recovery_id = reported.id
    and agent_commands.instance_id = instances.id
    and agent_commands.boot_id = ${pusher.bootId}::uuid
    and agent_commands.state = 'delivered'
    returning agent_commands.recovery_id::text as id`;
}

const HandedRow = z.object({
  id: z.string(),
  action: z.enum(['clean_memory', 'reset_database', 'restart']),
  onlyIfLeaking: z.boolean(),
  now: Instant,
  expiresAt: Instant,
});

/**
 * Hand the waiting commands to the boot that pushes.
 *
 * A command belongs to the boot that first took it: the same boot gets it again until it reports or the
 * command expires (its answer may have been lost, and an agent does a command once); another boot
 * never gets it. While everything is paused nothing is handed out.
 */
export function handCommands(sql: Sql, pusher: Pusher): Statement {
  return sql`
    update agent_commands
    set
      state = 'delivered', boot_id = ${pusher.bootId}::uuid,
      delivered_at = coalesce(agent_commands.delivered_at, now())
    from instances, components, recoveries
    where components.name = ${pusher.component}::text
    and instances.component_id = components.id
    and instances.name = ${pusher.instance}::text
    and agent_commands.component_id = components.id
    and agent_commands.instance_id = instances.id
    and recoveries.id = agent_commands.recovery_id
    and recoveries.state in ('executing', 'verifying')
    and agent_commands.expires_at > now()
    and exists (select 1 from control where control.id = 1 and not control.paused)
    and (
      agent_commands.state = 'pending'
      or (agent_commands.state = 'delivered' and agent_commands.boot_id = ${pusher.bootId}::uuid))
    returning
      agent_commands.recovery_id::text as id, recoveries.action_name as action,
      coalesce((recoveries.action ->> 'only_if_leaking')::bool, false) as "onlyIfLeaking",
      now() as now, agent_commands.expires_at as "expiresAt"`;
}

/** A command to be signed for the boot that pushed. */
export type HandedCommand = z.infer<typeof HandedRow>;

/** Parse what {@link handCommands} answered. */
export function readHanded(rows: readonly Record<string, unknown>[]): HandedCommand[] {
  return parseRows(HandedRow, rows);
}
