import type { App } from '../../app.js';
import { AppError } from '../../errors.js';
import { mintKey } from '../../security/api-key.js';
import type { Scope } from '../../security/scope.js';
import { uuid7 } from '../../security/uuid7.js';
import { addKey, listKeys, revokeKey } from '../../store/api-keys.js';
import { addAudit } from '../../store/audit.js';
import type { Change } from './change.js';

/** A key to be made. */
export interface KeyOrder {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly component: string | null;
  readonly expiresAt: Date | null;
}

/** Make an API key. The answer is the only place where it is ever shown. */
export async function makeKey(app: App, order: KeyOrder, { who, why }: Change): Promise<object> {
  const id = uuid7(Date.now());
  const key = mintKey({ id, ...order }, app.secrets);
  await app.sql.transaction([
    addKey(app.sql, { id, ...order, createdBy: who }),
    addAudit(app.sql, {
      who,
      what: `make key ${order.name}`,
      why,
      detail: { id, scopes: order.scopes, component: order.component, expires_at: order.expiresAt },
    }),
  ]);
  return { id, key, name: order.name, scopes: order.scopes, component: order.component };
}

/**
 * End a key. It is refused everywhere within a minute.
 *
 * @returns its name; null for one that was not made through the API, as the first admin key is, or that
 * never was
 * @throws {AppError} `not_found` when it has ended
 */
export async function endKey(app: App, id: string, { who, why }: Change): Promise<object> {
  const [ended] = await app.sql.transaction([
    revokeKey(app.sql, id, who),
    addAudit(app.sql, { who, what: 'revoke key', why, detail: { id } }),
  ]);
  const key = ended?.[0];
  if (key === undefined) throw new AppError('not_found', `the key ${id} was revoked before`);
  return { id, name: key['name'], revoked: true };
}

/** List the keys that were made through the API; never the keys themselves. */
export async function showKeys(app: App): Promise<object> {
  return { keys: await listKeys(app.sql, 500) };
}
