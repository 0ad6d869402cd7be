import { generateKeyPairSync, verify } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import type { Outcome, VendorInput } from '../vendor/server.js';

/** The key of the app of all tests. */
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** That key as GitHub lets it be downloaded. */
export const APP_KEY = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();

/** The app's id at GitHub. */
export const APP_ID = '4711';

/** What every token of the app begins with: no error may hold it. */
export const APP_TOKEN = 'ghs_very_secret';

/** A token that was made for the app. */
interface MadeToken {
  readonly repositories: readonly string[];
  readonly permissions: Readonly<Record<string, string>>;
  readonly expiresAt: Date;
}

/** The app's one installation, and the tokens of it that are good; a test may change both. */
export interface AppState {
  readonly installation: {
    id: number;
    /** Names of its repositories, without their owner. */
    repositories: string[];
    permissions: Record<string, string>;
    suspended_at: string | null;
  };
  readonly tokens: Map<string, MadeToken>;
}

/** GitHub's side of an app. */
export interface AppWorld {
  readonly state: AppState;
  /** Whether a request comes from the app, or with a token of it that is good yet. */
  isLetIn(request: Pick<IncomingMessage, 'headers' | 'url'>): boolean;
  perform(operation: string, input: VendorInput): Outcome;
  /** Whether a caller's token may do this; one that is not the app's may do everything. */
  may(operation: string, input: VendorInput): boolean;
}

const Wanted = z.strictObject({
  repositories: z.array(z.string()),
  permissions: z.record(z.string(), z.enum(['read', 'write'])),
});

/** The permission behind each kind of call, and how far it must go. */
const NEEDS: readonly (readonly [RegExp, string, 'read' | 'write'])[] = [
  [/^repos\/create-deployment$/, 'deployments', 'write'],
  [/^repos\/list-deployment/, 'deployments', 'read'],
  [/^actions\/create-/, 'actions', 'write'],
  [/^actions\//, 'actions', 'read'],
  [/^(git\/get-|repos\/compare-)/, 'contents', 'read'],
  [/^(git\/|pulls\/merge$)/, 'contents', 'write'],
  [/^pulls\/(get|list)$/, 'pull_requests', 'read'],
  [/^pulls\//, 'pull_requests', 'write'],
];

const reaches = (given: string | undefined, level: string): boolean =>
  given === level || given === 'write';

/** Make GitHub's side of the app. @param now - GitHub's own clock */
export function gitHubApp(now: () => Date): AppWorld {
  const state: AppState = {
    installation: {
      id: 77,
      repositories: ['shop', 'api', 'site'],
      permissions: {
        actions: 'write',
        contents: 'write',
        deployments: 'write',
        metadata: 'read',
        pull_requests: 'write',
      },
      suspended_at: null,
    },
    tokens: new Map(),
  };
  let made = 0;
  const { installation, tokens } = state;

  const tokenOf = ({ authorization }: IncomingMessage['headers']): MadeToken | undefined =>
    tokens.get(authorization?.replace(/^Bearer /, '') ?? '');

  const mint = ({ params, body }: VendorInput): Outcome => {
    if (Number(params['installation_id']) !== installation.id) return { status: 404 };
    if (installation.suspended_at !== null) return { status: 403 };
    const { repositories, permissions } = Wanted.parse(body);
    const isGranted =
      repositories.every((name) => installation.repositories.includes(name)) &&
      Object.entries(permissions).every(([name, level]) =>
        reaches(installation.permissions[name], level),
      );
    if (!isGranted) return { status: 422 };
    made += 1;
    const token = `${APP_TOKEN}_${made}`;
    const expiresAt = new Date(now().getTime() + 3_600_000);
    tokens.set(token, { repositories, permissions, expiresAt });
    return {
      status: 201,
      body: { token, expires_at: expiresAt.toISOString(), permissions },
    };
  };

  return {
    state,
    isLetIn({ headers, url }) {
      const bearer = headers.authorization?.replace(/^Bearer /, '') ?? '';
      const isForApp = /^\/app\/|\/installation$/.test(url ?? '');
      if (isForApp) return isAppJwt(bearer, now());
      const token = tokens.get(bearer);
      return token !== undefined && token.expiresAt > now();
    },
    perform(operation, input) {
      if (operation === 'apps/create-installation-access-token') return mint(input);
      const { id, permissions, suspended_at, repositories } = installation;
      if (!repositories.includes(input.params['repo'] ?? '')) return { status: 404 };
      const body = { id, app_id: Number(APP_ID), permissions, suspended_at };
      return { status: 200, body: { ...body, repository_selection: 'selected' } };
    },
    may(operation, { params, headers }) {
      const token = tokenOf(headers);
      if (token === undefined) return true;
      const need = NEEDS.find(([pattern]) => pattern.test(operation));
      return (
        need !== undefined &&
        token.repositories.includes(params['repo'] ?? '') &&
        reaches(token.permissions[need[1]], need[2])
      );
    },
  };
}

const Claims = z.strictObject({ iat: z.int(), exp: z.int(), iss: z.literal(APP_ID) });

/** As GitHub judges it: by the app's key, dated back, and for ten minutes at most. */
function isAppJwt(jwt: string, now: Date): boolean {
  const [head = '', claims = '', signature = ''] = jwt.split('.');
  const signed = Buffer.from(`${head}.${claims}`);
  if (!verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url'))) return false;
  const { iat, exp } = Claims.parse(JSON.parse(Buffer.from(claims, 'base64url').toString()));
  const nowS = now.getTime() / 1000;
  return iat <= nowS && exp > nowS && exp <= nowS + 600;
}
