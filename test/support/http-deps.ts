import { randomBytes } from 'node:crypto';
import type { HttpDeps } from '../../lib/http/deps.js';
import type { IdempotencyStore } from '../../lib/http/idempotency.js';
import { sign } from '../../lib/local/queue/signer.js';
import { qstashVerify } from '../../lib/queue/verify.js';
import { type KeyOrder, mintKey, verifyKey } from '../../lib/security/api-key.js';
import type { Scope } from '../../lib/security/scope.js';
import { deriveSecrets } from '../../lib/security/secrets.js';
import { dropKey, finishKey, takeKey } from '../../lib/store/received.js';
import type { Sql } from '../../lib/store/sql.js';

/** Where the functions of the test's installation are reached. */
export const BASE_URL = 'https://forestall.example';

const SIGNING_KEYS = { current: 'sig_current_of_the_test', next: 'sig_next_of_the_test' };

/** An installation for the wrappers: real keys, real signatures, and a log that can be read. */
export interface TestInstallation {
  readonly deps: HttpDeps;
  /** The lines that were logged, oldest first. */
  readonly lines: Record<string, unknown>[];
  readonly revoked: Set<string>;
  /** Mint a key of this installation. */
  key(scopes: readonly Scope[], order?: Partial<KeyOrder>): string;
  /** Sign a delivery as the queue does; by default with the present key, for the given path. */
  signature(path: string, body: string, by?: { key?: 'next' | string; url?: string }): string;
}

/** Idempotency on the real table. */
export function storeOn(sql: Sql, holdS = 90): IdempotencyStore {
  return {
    begin: (request) => takeKey(sql, { ...request, holdS }),
    finish: (done) => finishKey(sql, done),
    abandon: ({ scope, key }) => dropKey(sql, scope, key),
  };
}

const NO_STORE: IdempotencyStore = {
  begin: () => Promise.reject(new Error('the store was asked')),
  finish: () => Promise.reject(new Error('the store was asked')),
  abandon: () => Promise.reject(new Error('the store was asked')),
};

/** Make an installation; parts of it can be replaced. */
export function testInstallation(replaced: Partial<HttpDeps> = {}): TestInstallation {
  const secrets = deriveSecrets(randomBytes(32).toString('base64url'), []);
  const lines: Record<string, unknown>[] = [];
  const revoked = new Set<string>();
  const deps: HttpDeps = {
    keys: {
      async authenticate(token, now) {
        const key = verifyKey(token, secrets, now);
        return key === null || revoked.has(key.id) ? null : { kind: 'key', ...key };
      },
    },
    verifyQueue: qstashVerify({
      currentSigningKey: SIGNING_KEYS.current,
      nextSigningKey: SIGNING_KEYS.next,
      baseUrl: BASE_URL,
    }),
    cronSecret: undefined,
    webhooks: { authenticate: async () => false },
    idempotency: NO_STORE,
    log: (line) => lines.push({ ...line }),
    now: () => new Date(),
    ...replaced,
  };
  return {
    deps,
    lines,
    revoked,
    key: (scopes, order = {}) =>
      mintKey(
        { id: crypto.randomUUID(), name: 'tester', scopes, expiresAt: null, ...order },
        secrets,
      ),
    signature(path, body, { key = SIGNING_KEYS.current, url = BASE_URL + path } = {}) {
      const used = key === 'next' ? SIGNING_KEYS.next : key;
      return sign(used, { url, body: Buffer.from(body), nowMs: Date.now() });
    },
  };
}

/** A request as the platform hands it over. The host is not ours: nothing may depend on it. */
export function requestTo(
  path: string,
  init: { method?: string; headers?: Record<string, string>; body?: string | Uint8Array } = {},
): Request {
  const { method = init.body === undefined ? 'GET' : 'POST', headers = {}, body } = init;
  return new Request(`https://some-deployment.example${path}`, {
    method,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
  });
}
