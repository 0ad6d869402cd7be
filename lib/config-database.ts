import { isLoopback, parsedUrl } from './address.js';
import { AppError } from './errors.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that hold a connection string of the team's own; Forestall's own, `DATABASE_URL`, is none of them. */
const CONNECTIONS = /^[A-Z][A-Z0-9_]{0,50}_DATABASE_URL$/;

const misconfigured = (message: string): never => {
  throw new AppError('misconfigured', message);
};

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

/**
 * Where Forestall's own database is.
 *
 * @throws {AppError} `misconfigured`
 */
export function ownDatabase(env: Environment): {
  databaseUrl: string;
  databaseEndpoint: string | null;
} {
  const databaseUrl = env['DATABASE_URL'] || assembledDatabaseUrl(env);
  const { hostname } = connectionUrl('DATABASE_URL', databaseUrl);
  const endpoint = env['NEON_FETCH_ENDPOINT'];
  if (endpoint) {
    if (!isLoopback(parsedUrl('NEON_FETCH_ENDPOINT', endpoint))) {
      misconfigured('NEON_FETCH_ENDPOINT is for the local stack and must be on this machine');
    }
    return { databaseUrl, databaseEndpoint: endpoint };
  }
  requireNeon('DATABASE_URL', hostname);
  return { databaseUrl, databaseEndpoint: null };
}

/**
 * The connection string of a database of the team's own, by the name that a component gives.
 *
 * @returns undefined where it is not set, and for every variable that is no such string
 * @throws {AppError} `misconfigured`, naming the variable and never its value
 */
export function teamConnection(env: Environment, name: string): string | undefined {
  const value = CONNECTIONS.test(name) ? env[name] : undefined;
  if (!value) return undefined;
  const { hostname } = connectionUrl(name, value);
  // The driver's one address leads every request to the local server, whatever the host.
  if (!env['NEON_FETCH_ENDPOINT']) requireNeon(name, hostname);
  return value;
}

function connectionUrl(name: string, value: string): URL {
  const parsed = parsedUrl(name, value);
  const isWhole = parsed.username !== '' && parsed.password !== '' && parsed.pathname.length > 1;
  if (!/^postgres(ql)?:$/.test(parsed.protocol) || !isWhole) {
    misconfigured(`${name} must look like postgresql://user:password@host/database`);
  }
  return parsed;
}

function requireNeon(name: string, hostname: string): void {
  if (/\.neon\.(tech|build)$/.test(hostname)) return;
  misconfigured(
    `${name} is not a Neon database: the HTTP driver reaches no other (run npm start for a local one)`,
  );
}
