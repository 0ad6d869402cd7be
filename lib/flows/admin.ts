import { randomBytes } from 'node:crypto';
import { type App, settingsOf } from '../app.js';
import { Settings } from '../domain/settings.js';
import { AppError } from '../errors.js';
import { mintKey } from '../security/api-key.js';
import type { Scope } from '../security/scope.js';
import { seal } from '../security/seal.js';
import { uuid7 } from '../security/uuid7.js';
import { addKey, listKeys, revokeKey } from '../store/api-keys.js';
import { addAudit, listAudit } from '../store/audit.js';
import { type BrainRow, writeBrain } from '../store/brain.js';
import { findComponent } from '../store/components.js';
import { putSettings, readControl, setPaused } from '../store/control.js';
import { addFreeze, liftFreeze, listFreezes } from '../store/freezes.js';
import {
  addWebhookSecret,
  listWebhookSecrets,
  revokeWebhookSecret,
} from '../store/webhook-secrets.js';
import { webhookPurpose } from './http-deps.js';

/** Who changes something, and why. */
export interface Change {
  readonly who: string;
  readonly why: string | null;
}

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

/** End a key. It is refused everywhere within a minute. @throws {AppError} `not_found` when it has ended */
export async function endKey(app: App, id: string, { who, why }: Change): Promise<void> {
  const [ended] = await app.sql.transaction([
    revokeKey(app.sql, id, who),
    addAudit(app.sql, { who, what: 'revoke key', why, detail: { id } }),
  ]);
  if ((ended?.length ?? 0) === 0)
    throw new AppError('not_found', `the key ${id} was revoked before`);
}

/** List the keys that were made through the API; never the keys themselves. */
export async function showKeys(app: App): Promise<object> {
  return { keys: await listKeys(app.sql, 500) };
}

/** Turn the kill switch: while paused nothing is done automatically or by hand. Told in unified_brain. */
export async function pause(app: App, paused: boolean, { who, why }: Change): Promise<object> {
  const what = paused ? 'pause all action' : 'resume action';
  await app.sql.transaction([
    setPaused(app.sql, { paused, why, who }),
    addAudit(app.sql, { who, what, why, detail: { paused } }),
    writeBrain(app.sql, [switchRow(paused, who, why)]),
  ]);
  return { paused, why };
}

function switchRow(paused: boolean, who: string, why: string | null): BrainRow {
  return {
    agent: 'enhanced_self_healing',
    actionType: paused ? 'kill_switch_on' : 'kill_switch_off',
    component: '(all)',
    input: { who, why },
    output: { paused },
    success: true,
    eventKey: null,
  };
}

/** The switch and the settings in force, with those that differ from the environment's. */
export async function showSettings(app: App): Promise<object> {
  const control = await readControl(app.sql);
  const own = control?.settings ?? {};
  return {
    paused: control?.paused ?? true,
    paused_why: control?.pausedWhy ?? (control === null ? 'the control row is missing' : null),
    settings: settingsOf(app.baseSettings, own),
    own,
  };
}

/**
 * Change settings; a null takes one back to the environment's.
 *
 * @throws {AppError} `invalid`, naming the setting, when the result would not be valid: then nothing
 * has changed
 */
export async function changeSettings(
  app: App,
  changes: Readonly<Record<string, unknown>>,
  { who, why }: Change,
): Promise<object> {
  const control = await readControl(app.sql);
  const own = Object.fromEntries(
    Object.entries({ ...control?.settings, ...changes }).filter(([, value]) => value !== null),
  );
  const parsed = Settings.safeParse({ ...app.baseSettings, ...own });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const keys = issue?.code === 'unrecognized_keys' ? issue.keys : issue?.path;
    throw new AppError('invalid', `${(keys ?? []).join('.')}: ${issue?.message ?? 'not valid'}`);
  }
  await app.sql.transaction([
    putSettings(app.sql, own, who),
    addAudit(app.sql, { who, what: 'change settings', why, detail: { changes } }),
  ]);
  return showSettings(app);
}

/** A period in which nothing is to be done. */
export interface FreezeOrder {
  readonly component: string | null;
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/** Begin or plan a freeze. @throws {AppError} `not_found` for an unknown component */
export async function freeze(app: App, order: FreezeOrder, { who, why }: Change): Promise<object> {
  const id = uuid7(Date.now());
  const { component, startsAt, endsAt } = order;
  if (component !== null && (await findComponent(app.sql, component)) === null) {
    throw new AppError('not_found', `there is no component ${component}`);
  }
  await app.sql.transaction([
    addFreeze(app.sql, { id, ...order, why: why ?? 'no reason given', who }),
    addAudit(app.sql, {
      who,
      what: `freeze ${component ?? 'all'}`,
      why,
      detail: { id, startsAt, endsAt },
    }),
  ]);
  return { id, component, starts_at: startsAt, ends_at: endsAt, why };
}

/** End a freeze now. @throws {AppError} `not_found` */
export async function unfreeze(app: App, id: string, { who, why }: Change): Promise<void> {
  const [lifted] = await app.sql.transaction([
    liftFreeze(app.sql, id),
    addAudit(app.sql, { who, what: 'lift freeze', why, detail: { id } }),
  ]);
  if ((lifted?.length ?? 0) === 0)
    throw new AppError('not_found', `there is no freeze ${id} in force`);
}

/** List the freezes that are in force or to come. */
export async function showFreezes(app: App): Promise<object> {
  return { freezes: await listFreezes(app.sql) };
}

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
export async function endWebhookSecret(app: App, id: string, { who, why }: Change): Promise<void> {
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

/** Read who changed what, newest first. */
export async function showAudit(
  app: App,
  page: { before: string | null; limit: number },
): Promise<object> {
  const entries = await listAudit(app.sql, page);
  const last = entries.length === page.limit ? entries.at(-1) : undefined;
  return { entries, next_cursor: last?.id ?? null };
}
