import { randomBytes } from 'node:crypto';
import type { App } from '../../app.js';
import { AppError } from '../../errors.js';
import { seal } from '../../security/seal.js';
import { uuid7 } from '../../security/uuid7.js';
import { addAudit } from '../../store/audit.js';
import {
  addWebhookSecret,
  listWebhookSecrets,
  revokeWebhookSecret,
} from '../../store/webhook-secrets.js';
import { webhookPurpose } from '../http-deps.js';
import type { Change } from './change.js';

/** Make a secret for a source of webhooks. The answer is the only place where it is ever shown. */
export async function makeWebhookSecret(
  app: App,
  source: string,
  { who, why }: Change,
): Promise<object> {
  const id = uuid7(Date.now());
  const secret = randomBytes(24).toString('base64url');
  const sealed = seal(secret, webhookPurpose(source), app.secrets);
  await app.sql.transaction([
    addWebhookSecret(app.sql, { id, source, sealed, who }),
    addAudit(app.sql, { who, what: `make webhook secret for ${source}`, why, detail: { id } }),
  ]);
  return { id, source, secret, url: `${app.baseUrl}/api/webhooks/${source}` };
}

/** End a webhook's secret. @throws {AppError} `not_found` */
export async function endWebhookSecret(
  app: App,
  id: string,
  { who, why }: Change,
): Promise<undefined> {
  const [ended] = await app.sql.transaction([
    revokeWebhookSecret(app.sql, id),
    addAudit(app.sql, { who, what: 'revoke webhook secret', why, detail: { id } }),
  ]);
  if ((ended?.length ?? 0) === 0) throw new AppError('not_found', `there is no such secret ${id}`);
}

/** List the webhooks' secrets, without what they are. */
export async function showWebhookSecrets(app: App): Promise<object> {
  return { webhooks: await listWebhookSecrets(app.sql) };
}
