import * as z from 'zod';
import { address, isLoopback } from './address.js';
import { ownDatabase, teamConnection } from './config-database.js';
import { readFeeds } from './config-feeds.js';
import { readSettings } from './config-settings.js';
import { type VendorUrls, vendorUrls } from './config-vendors.js';
import type { Settings } from './domain/settings.js';
import { AppError } from './errors.js';
import { type NotifyConfig, readNotifyConfig } from './notify/config.js';

type Environment = Readonly<Record<string, string | undefined>>;

const text = z.string().min(1).optional().catch(undefined);

/** Variables that hold a platform's credential: no other can be named by a component. */
const CREDENTIALS =
  /^(RENDER_|VERCEL_TOKEN|GITHUB_(TOKEN|APP_)|FLY_API_TOKEN|NEON_API_KEY|KUBERNETES_(TOKEN|CA)|ACTION_WEBHOOK_SECRET|MCP_TOKEN_)/;

/** Variables that hold an address of the team's own. */
const ADDRESSES = /^(ACTION_WEBHOOK_(STATUS_)?URL|KUBERNETES_API_URL|MCP_URL_)/;

/** What the installation is told by its environment. */
export interface Config extends VendorUrls {
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
  /** A connection string of the team's own by the name that a component gives, or undefined. @throws {AppError} `misconfigured` */
  readonly connection: (name: string) => string | undefined;
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
    ...ownDatabase(env),
    selfMigrating: env['VERCEL_ENV'] !== 'preview',
    qstash: {
      url: address('QSTASH_URL', env['QSTASH_URL'] || 'https://qstash.upstash.io'),
      token: text.parse(env['QSTASH_TOKEN']),
      currentSigningKey: text.parse(env['QSTASH_CURRENT_SIGNING_KEY']),
      nextSigningKey: text.parse(env['QSTASH_NEXT_SIGNING_KEY']),
    },
    cronSecret: text.parse(env['CRON_SECRET']),
    heartbeatUrl: heartbeat && address('FORESTALL_HEARTBEAT_URL', heartbeat),
    ...vendorUrls(env),
    notify: readNotifyConfig({ env, address }),
    statusFeeds: readFeeds(env),
    privateProbes: isLoopback(new URL(base)) || env['FORESTALL_PRIVATE_PROBES'] === 'allow',
    settings: read,
    credential: (name) => (CREDENTIALS.test(name) ? text.parse(env[name]) : undefined),
    address: (name) => {
      const value = ADDRESSES.test(name) ? text.parse(env[name]) : undefined;
      return value && address(name, value);
    },
    connection: (name) => teamConnection(env, name),
  };
}

/** The environment's configuration, or the reason why there is none. */
export function environmentConfig(): Config {
  return readConfig(process.env);
}
