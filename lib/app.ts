import { neon, neonConfig } from '@neondatabase/serverless';
import { type Config, environmentConfig } from './config.js';
import type { Executor } from './domain/decide/recovery.js';
import { sessionLimits } from './domain/sessions.js';
import { Settings } from './domain/settings.js';
import { type Notify, openNotify } from './notify/notify.js';
import { agentPlatform } from './platforms/agent.js';
import { flyPlatform } from './platforms/fly.js';
import { gitHubPlatform } from './platforms/github.js';
import { kubernetesPlatform } from './platforms/kubernetes.js';
import { mcpPlatform } from './platforms/mcp.js';
import type { SessionBox } from './platforms/neon/session-box.js';
import { neonPlatform } from './platforms/neon.js';
import type { Platform } from './platforms/platform.js';
import { type ProbeResult, probe } from './platforms/probe.js';
import { renderPlatform } from './platforms/render.js';
import { renderPostgresPlatform } from './platforms/render-postgres.js';
import { type StatusFeeds, statusFeeds } from './platforms/status-feed.js';
import { vercelPlatform } from './platforms/vercel.js';
import { webhookPlatform } from './platforms/webhook.js';
import { type Queue, qstashQueue } from './queue/queue.js';
import { qstashVerify, type VerifyQueue } from './queue/verify.js';
import { type CommandKeys, commandKeys } from './security/commands.js';
import { deriveSecrets, type Secrets } from './security/secrets.js';
import { commandStatuses, layCommands } from './store/agent-commands.js';
import { readControl } from './store/control.js';
import { migrate } from './store/migrate.js';
import { patientFetch } from './store/patient-fetch.js';
import { type Sql, wrapSql } from './store/sql.js';
import { countSessions, sweepSessions } from './store/stuck-sessions.js';
import { teamDatabase } from './store/team-database.js';
import { readSchema } from './store/team-schema.js';

/** Everything that a flow needs of the outside, put together once per function instance. */
export interface App {
  readonly sql: Sql;
  readonly queue: Queue;
  readonly verifyQueue: VerifyQueue;
  readonly platforms: Readonly<Record<Executor, Platform>>;
  readonly notify: Notify;
  readonly statusFeeds: StatusFeeds;
  readonly commands: CommandKeys;
  readonly secrets: Secrets;
  readonly cronSecret: string | undefined;
  readonly heartbeatUrl: string | undefined;
  readonly baseUrl: string;
  /** Settings of the environment; the installation's own, in the control row, go over them. */
  readonly baseSettings: Settings;
  /** The instant that statements take for now; null, in production, is the database's clock. */
  readonly at: Date | null;
  probe(healthUrl: string): Promise<ProbeResult>;
  /** One JSON line; errors are reduced to their names and messages. */
  log(line: Readonly<Record<string, unknown>>): void;
}

/** How long one request to the database may take: longer than a sleeping compute takes to wake. */
const DATABASE_MS = 15_000;

/**
 * How long a database that did not answer in time is not asked again: one request to a function makes
 * several, and must have time left to hand its samples to the queue.
 */
const DATABASE_REST_MS = 15_000;

const PROBE_MS = 5000;

function connect(config: Config): Sql {
  if (config.databaseEndpoint !== null) neonConfig.fetchEndpoint = config.databaseEndpoint;
  neonConfig.fetchFunction = patientFetch(DATABASE_MS, DATABASE_REST_MS);
  const driver = neon(config.databaseUrl);
  let migrating: Promise<unknown> | undefined;
  return wrapSql(driver, async (code) => {
    if (!config.selfMigrating || !MISSING.has(code)) return false;
    migrating ??= migrate(driver).finally(() => {
      migrating = undefined;
    });
    await migrating;
    return true;
  });
}

/** SQLSTATEs of a missing table, column, function, or conflict target: the schema is older than the code. */
const MISSING = new Set(['42P01', '42703', '42883', '42P10']);

/** The settings in force: the installation's own over those of the environment; unreadable ones are ignored whole. */
export function settingsOf(base: Settings, own: Readonly<Record<string, unknown>>): Settings {
  const parsed = Settings.safeParse({ ...base, ...own });
  return parsed.success ? parsed.data : base;
}

/** Reduce an error to what may be logged: never a connection string, a body, or a stack with arguments. */
function reduced(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const code = (value as { code?: unknown }).code;
  const cause = value.cause instanceof Error ? { cause: reduced(value.cause) } : {};
  return { name: value.name, message: value.message.slice(0, 500), code, ...cause };
}

function writeLog(line: Readonly<Record<string, unknown>>): void {
  const entries = Object.entries(line).map(([key, value]) => [key, reduced(value)]);
  console.error(JSON.stringify({ at: new Date(), ...Object.fromEntries(entries) }));
}

/** The way to the sessions of a database of the team's own, judged by the settings in force. */
function openSessions(sql: Sql, base: Settings): (url: string, variable: string) => SessionBox {
  const limits = async () =>
    sessionLimits(settingsOf(base, (await readControl(sql))?.settings ?? {}));
  return (url, variable) => {
    const team = teamDatabase(url, variable);
    return {
      look: async (scope) => sweepSessions(team, { ...scope, limits: await limits(), end: false }),
      end: async (scope) => sweepSessions(team, { ...scope, limits: await limits(), end: true }),
      left: (sessions) => countSessions(team, sessions),
    };
  };
}

/** All that carries actions out. */
function platformsOf(config: Config, sql: Sql): App['platforms'] {
  const vendor = { credential: config.credential, fetch, now: () => new Date() };
  const rest = {
    render: renderPlatform({ ...vendor, baseUrl: config.renderUrl }),
    vercel: vercelPlatform({ ...vendor, baseUrl: config.vercelUrl }),
    github: gitHubPlatform({ ...vendor, baseUrl: config.gitHubUrl }),
  };
  const { commandS } = config.settings;
  return {
    ...rest,
    render_postgres: renderPostgresPlatform({ ...vendor, baseUrl: config.renderUrl }),
    fly: flyPlatform({ ...vendor, baseUrl: config.flyUrl }),
    kubernetes: kubernetesPlatform({ ...vendor, address: config.address }),
    neon: neonPlatform({
      ...vendor,
      baseUrl: config.neonUrl,
      connection: config.connection,
      open: openSessions(sql, config.settings),
      readSchema: (url, variable, database) => readSchema(teamDatabase(url, variable), database),
    }),
    webhook: webhookPlatform({ ...vendor, address: config.address }),
    mcp: mcpPlatform({ ...vendor, address: config.address, rest }),
    agent: agentPlatform({
      lay: (recoveryId, component, instance) =>
        layCommands(sql, { recoveryId, component, instance, commandS }),
      statuses: (recoveryId) => commandStatuses(sql, recoveryId),
    }),
  };
}

/** Put an application together from its configuration. */
export function makeApp(config: Config): App {
  const sql = connect(config);
  const secrets = deriveSecrets(config.secret, config.oldSecrets);
  const { settings } = config;
  return {
    sql,
    queue: qstashQueue({
      qstashUrl: config.qstash.url,
      token: config.qstash.token ?? '',
      baseUrl: config.baseUrl,
    }),
    verifyQueue: qstashVerify({ ...config.qstash, baseUrl: config.baseUrl }),
    platforms: platformsOf(config, sql),
    notify: openNotify(config.notify, { fetch, now: () => new Date(), link: config.baseUrl }),
    statusFeeds: statusFeeds(config.statusFeeds, { fetch, now: () => new Date() }),
    commands: commandKeys(secrets.current.commandSeed),
    secrets,
    cronSecret: config.cronSecret,
    heartbeatUrl: config.heartbeatUrl,
    baseUrl: config.baseUrl,
    baseSettings: settings,
    at: null,
    probe: (healthUrl) =>
      probe(healthUrl, { timeoutMs: PROBE_MS, allowPrivate: config.privateProbes }),
    log: writeLog,
  };
}

let instance: App | undefined;

/**
 * The application of this function instance, made on first use.
 *
 * @throws {AppError} `misconfigured` while the environment is not complete
 */
export function app(): App {
  instance ??= makeApp(environmentConfig());
  return instance;
}
