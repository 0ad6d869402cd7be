import * as z from 'zod';
import { address, isLoopback, parsedUrl } from './address.js';
import { readFeeds } from './config-feeds.js';
import { readSettings } from './config-settings.js';
import type { Settings } from './domain/settings.js';
import { AppError } from './errors.js';
import { type NotifyConfig, readNotifyConfig } from './notify/config.js';

type Environment = Readonly<Record<string, string | undefined>>;

const text = z.string().min(1).optional().catch(undefined);

/** Variables that hold a platform's credential: no other can be named by a component. */
const CREDENTIALS =
  /^(RENDER_|VERCEL_TOKEN|GITHUB_TOKEN|FLY_API_TOKEN|KUBERNETES_(TOKEN|CA)|ACTION_WEBHOOK_SECRET|MCP_TOKEN_)/;

/** Variables that hold an address of the team's own. */
const ADDRESSES = /^(ACTION_WEBHOOK_(STATUS_)?URL|KUBERNETES_API_URL|MCP_URL_)/;

/** What the installation is told by its environment. */
export interface Config {
  readonly secret: string;
  readonly oldSecrets: readonly string[];
  /** The one base under which our functions are reached, without a trailing slash. */
  readonly baseUrl: string;
  readonly databaseUrl: string;
  /** Where the driver sends its requests; null is Neon itself. */
  readonly databaseEndpoint: string | null;
  /** Whether a missing table may be made by the function that misses it. */
  readonly selfMigrating: boolean;
  readonly qstash: {
    readonly url: string;
    readonly token: string | undefined;
    readonly currentSigningKey: string | undefined;
    readonly nextSigningKey: string | undefined;
  };
  readonly cronSecret: string | undefined;
  readonly heartbeatUrl: string | undefined;
  readonly renderUrl: string;
  readonly vercelUrl: string;
  readonly gitHubUrl: string;
  readonly flyUrl: string;
  readonly notify: NotifyConfig;
  /** Status pages that are followed, by provider. */
  readonly statusFeeds: ReadonlyMap<string, string>;
  /** Whether probes may go to private addresses: only where Forestall itself runs on loopback, or by choice. */
  readonly privateProbes: boolean;
  readonly settings: Settings;
  /** A platform's credential by the name that a component gives, or undefined. */
  readonly credential: (name: string) => string | undefined;
  /** An address of the team's own by the name that a component gives, or undefined. @throws {AppError} `misconfigured` */
  readonly address: (name: string) => string | undefined;
}

const misconfigured = (message: string): never => {
  throw new AppError('misconfigured', message);
};

function baseUrl(env: Environment): string {
  const host = env['VERCEL_PROJECT_PRODUCTION_URL'];
  const value = env['FORESTALL_URL'] || (host ? `https://${host}` : '');
  if (value === '') misconfigured('FORESTALL_URL is not set: the address of this deployment');
  return address('FORESTALL_URL', value);
}

function assembledDatabaseUrl(env: Environment): string {
  const [host, name, user, password] = ['DB_HOST', 'DB_NAME', 'DB_USER', 'DB_PASSWORD'].map(
    (variable) => env[variable] ?? '',
  );
  if (!host) {
    misconfigured('DATABASE_URL is not set (or DB_HOST, DB_NAME, DB_USER, DB_PASSWORD)');
  }
  if (!name || !user || !password) {
    misconfigured('DB_HOST is set, so DB_NAME, DB_USER and DB_PASSWORD must be, too');
  }
  const login = `${encodeURIComponent(user ?? '')}:${encodeURIComponent(password ?? '')}`;
  return `postgresql://${login}@${host}:${env['DB_PORT'] || '5432'}/${encodeURIComponent(name ?? '')}`;
}

function database(env: Environment): { databaseUrl: string; databaseEndpoint: string | null } {
  const databaseUrl = env['DATABASE_URL'] || assembledDatabaseUrl(env);
  const parsed = parsedUrl('DATABASE_URL', databaseUrl);
  if (!/^postgres(ql)?:$/.test(parsed.protocol) || !parsed.username || !parsed.password) {
    misconfigured('DATABASE_URL must look like postgresql://user:password@host/database');
  }
  const endpoint = env['NEON_FETCH_ENDPOINT'];
  if (endpoint) {
    if (!isLoopback(parsedUrl('NEON_FETCH_ENDPOINT', endpoint))) {
      misconfigured('NEON_FETCH_ENDPOINT is for the local stack and must be on this machine');
    }
    return { databaseUrl, databaseEndpoint: endpoint };
  }
  if (!/\.neon\.(tech|build)$/.test(parsed.hostname)) {
    misconfigured(
      'DATABASE_URL is not a Neon database: the HTTP driver reaches no other (run npm start for a local one)',
    );
  }
  return { databaseUrl, databaseEndpoint: null };
}

function checkInterval(read: Settings, base: string): void {
  if (!isLoopback(new URL(base)) && read.intervalS % 60 !== 0) {
    misconfigured('HEAL_INTERVAL_SECONDS must be a multiple of 60 when deployed');
  }
}

/**
 * Read the environment.
 *
 * @throws {AppError} `misconfigured`, naming the variable and never its value
 */
export function readConfig(env: Environment): Config {
  const secret = env['FORESTALL_SECRET'] ?? '';
  if (secret === '') misconfigured('FORESTALL_SECRET is not set (npm run key makes one)');
  const base = baseUrl(env);
  const read = readSettings(env);
  checkInterval(read, base);
  const heartbeat = text.parse(env['FORESTALL_HEARTBEAT_URL']);
  return {
    secret,
    oldSecrets: env['FORESTALL_SECRET_OLD'] ? [env['FORESTALL_SECRET_OLD']] : [],
    baseUrl: base,
    ...database(env),
    selfMigrating: env['VERCEL_ENV'] !== 'preview',
    qstash: {
      url: address('QSTASH_URL', env['QSTASH_URL'] || 'https://qstash.upstash.io'),
      token: text.parse(env['QSTASH_TOKEN']),
      currentSigningKey: text.parse(env['QSTASH_CURRENT_SIGNING_KEY']),
      nextSigningKey: text.parse(env['QSTASH_NEXT_SIGNING_KEY']),
    },
    cronSecret: text.parse(env['CRON_SECRET']),
    heartbeatUrl: heartbeat && address('FORESTALL_HEARTBEAT_URL', heartbeat),
    renderUrl: address('RENDER_API_URL', env['RENDER_API_URL'] || 'https://api.render.com/v1'),
    vercelUrl: address('VERCEL_API_URL', env['VERCEL_API_URL'] || 'https://api.vercel.com'),
    gitHubUrl: address('GITHUB_API_URL', env['GITHUB_API_URL'] || 'https://api.github.com'),
    flyUrl: address('FLY_API_URL', env['FLY_API_URL'] || 'https://api.machines.dev'),
    notify: readNotifyConfig({ env, address }),
    statusFeeds: readFeeds(env),
    privateProbes: isLoopback(new URL(base)) || env['FORESTALL_PRIVATE_PROBES'] === 'allow',
    settings: read,
    credential: (name) => (CREDENTIALS.test(name) ? text.parse(env[name]) : undefined),
    address: (name) => {
      const value = ADDRESSES.test(name) ? text.parse(env[name]) : undefined;
      return value && address(name, value);
    },
  };
}

/** The environment's configuration, or the reason why there is none. */
export function environmentConfig(): Config {
  return readConfig(process.env);
}
