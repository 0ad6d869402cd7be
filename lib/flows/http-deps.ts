import type { App } from '../app.js';
import { AppError } from '../errors.js';
import { type ApiKey, verifyKey } from '../security/api-key.js';
import { sameSecret } from '../security/constant-time.js';
import { open } from '../security/seal.js';
import { isSignedByPagerDuty, isSignedBySlack, type Signed } from '../security/signatures.js';
import { revokedKeys } from '../store/api-keys.js';
import { dropKey, finishKey, type Seen, takeKey } from '../store/received.js';
import { sealedSecrets } from '../store/webhook-secrets.js';

/** How long the list of revoked keys is believed, milliseconds. */
const REVOKED_MS = 60_000;

/** A request that never ended gives its idempotency key up after this: longer than a function may run. */
const HOLD_S = 90;

/** What a webhook shows of itself. */
interface WebhookAttempt extends Signed {
  readonly source: string;
  readonly pathToken: string | null;
}

/** What the wrappers need of an application. */
export function httpDeps(app: App) {
  return {
    keys: { authenticate: authenticator(app) },
    verifyQueue: app.verifyQueue,
    cronSecret: app.cronSecret,
    webhooks: { authenticate: (attempt: WebhookAttempt) => knownWebhook(app, attempt) },
    idempotency: {
      begin: (request: { scope: string; key: string; bodyHash: string }): Promise<Seen> =>
        takeKey(app.sql, { ...request, holdS: HOLD_S }),
      finish: (done: { scope: string; key: string; status: number; answer: string }) =>
        finishKey(app.sql, done),
      abandon: ({ scope, key }: { scope: string; key: string }) => dropKey(app.sql, scope, key),
    },
    log: app.log,
    now: () => new Date(),
  };
}

/**
 * Find out whose key a token is.
 *
 * The key proves itself; the list of revoked ones is read once a minute. While the database is away the
 * last list is believed, and where there has never been one, only keys that can do nothing but ingest:
 * samples go on coming in, and are looked at again when they are stored.
 */
function authenticator(app: App) {
  let known: { ids: Set<string>; at: number } | undefined;
  const revoked = async (): Promise<Set<string> | null> => {
    if (known !== undefined && Date.now() - known.at < REVOKED_MS) return known.ids;
    try {
      known = { ids: await revokedKeys(app.sql), at: Date.now() };
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'unavailable')) throw error;
    }
    return known?.ids ?? null;
  };
  return async (token: string, now: Date): Promise<(ApiKey & { readonly kind: 'key' }) | null> => {
    const key = verifyKey(token, app.secrets, now);
    if (key === null) return null;
    const ids = await revoked();
    if (ids === null && key.scopes.some((scope) => scope !== 'ingest')) {
      throw new AppError(
        'unavailable',
        'the database cannot be reached, so keys cannot be checked',
      );
    }
    return ids?.has(key.id) === true ? null : { ...key, kind: 'key' };
  };
}

/**
 * Whether a webhook shows its source's secret: as a bearer token, as the password of basic
 * authentication, or as the last part of its path, for tools that can send none.
 */
async function knownWebhook(app: App, attempt: WebhookAttempt): Promise<boolean> {
  const { slack, pagerDutySecret } = app.notify;
  if (attempt.source === 'slack') return isSigned(attempt, slack.signingSecret, isSignedBySlack);
  if (attempt.source === 'pagerduty')
    return isSigned(attempt, pagerDutySecret, isSignedByPagerDuty);
  const shown = attempt.pathToken ?? shownSecret(attempt.headers);
  if (shown === null) return false;
  const sealed = await sealedSecrets(app.sql, attempt.source);
  const secrets = sealed.map((one) => opened(app, one, attempt.source));
  if (sealed.length > 0 && secrets.every((secret) => secret === null)) {
    throw new AppError('misconfigured', `no secret of ${attempt.source} can be opened: make one`);
  }
  return secrets.map((secret) => secret !== null && sameSecret(shown, secret)).includes(true);
}

/** Where a source signs, nothing else is believed, and nothing without a secret. */
function isSigned(
  attempt: WebhookAttempt,
  secret: string | undefined,
  check: (signed: Signed, secret: string) => boolean,
): boolean {
  return attempt.pathToken === null && secret !== undefined && check(attempt, secret);
}

/** One that was sealed under a key that is gone must not shut out the others; it is told. */
function opened(app: App, sealed: string, source: string): string | null {
  try {
    return open(sealed, webhookPurpose(source), app.secrets);
  } catch (error) {
    app.log({ level: 'error', event: 'webhook_secret_unreadable', source, error });
    return null;
  }
}

/** What a webhook's secret is sealed for: it opens for no other source. */
export const webhookPurpose = (source: string): string => `webhook ${source}`;

function shownSecret(headers: Headers): string | null {
  const [scheme = '', value = ''] = (headers.get('authorization') ?? '').split(' ', 2);
  if (/^bearer$/i.test(scheme) && value !== '') return value;
  if (!/^basic$/i.test(scheme)) return null;
  const login = Buffer.from(value, 'base64').toString('utf8');
  const colon = login.indexOf(':');
  return colon === -1 || colon === login.length - 1 ? null : login.slice(colon + 1);
}
