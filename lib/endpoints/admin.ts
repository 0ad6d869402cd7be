import * as z from 'zod';
import { app } from '../app.js';
import { ComponentName } from '../domain/component.js';
import { showAudit } from '../flows/admin/audit.js';
import { goBack, showCalibrations } from '../flows/admin/calibrations.js';
import { freeze, showFreezes, unfreeze } from '../flows/admin/freezes.js';
import { endKey, makeKey, showKeys } from '../flows/admin/keys.js';
import { pause } from '../flows/admin/kill-switch.js';
import { endWindow, showWindows } from '../flows/admin/maintenance-windows.js';
import { removeRule, showRules } from '../flows/admin/rules.js';
import { changeSettings, showSettings } from '../flows/admin/settings.js';
import {
  endWebhookSecret,
  makeWebhookSecret,
  showWebhookSecrets,
} from '../flows/admin/webhook-secrets.js';
import { jsonBody } from '../http/body-reader.js';
import { byPath } from '../http/by-path.js';
import { keyEndpoint } from '../http/key-endpoint.js';
import { reply } from '../http/reply.js';
import { Scope } from '../security/scope.js';
import { ADMIN, at, by, ending, PREFIX, show, why } from './admin-parts.js';
import { deps } from './deps.js';
import { maintenanceWindows } from './maintenance-windows.js';
import { dryRun, newRule, putRule } from './rules.js';

const AuditQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
});

/** What administrators look at. */
export const adminGet = byPath(deps, PREFIX, {
  keys: show(showKeys),
  settings: show(showSettings),
  rules: show(showRules),
  freezes: show(showFreezes),
  'maintenance-windows': show(showWindows),
  webhooks: show(showWebhookSecrets),
  calibrations: show(showCalibrations),
  audit: keyEndpoint(deps, { ...ADMIN, query: AuditQuery }, ({ query }) =>
    showAudit(app(), { before: query.cursor ?? null, limit: query.limit }),
  ),
});

const Key = z.strictObject({
  name: z
    .string()
    .trim()
    .regex(/^\P{Cc}{1,100}$/u, 'a name has 1 to 100 characters, none of them control characters'),
  scopes: z.array(Scope).min(1),
  component: ComponentName.nullable().default(null),
  expires_at: at
    .refine((instant) => instant > new Date(), { error: 'expires_at must lie in the future' })
    .nullable()
    .default(null),
  why: why.nullable().default(null),
});

const keys = keyEndpoint(deps, { ...ADMIN, body: jsonBody(Key) }, async ({ body, identity }) => {
  const { expires_at: expiresAt, why: reason, ...order } = body;
  return reply(201, await makeKey(app(), { ...order, expiresAt }, by(identity, reason)));
});

const switched = (paused: boolean) =>
  keyEndpoint(deps, { ...ADMIN, body: jsonBody(z.strictObject({ why })) }, ({ body, identity }) =>
    pause(app(), paused, by(identity, body.why)),
  );

const Freeze = z
  .strictObject({
    component: ComponentName.nullable().default(null),
    starts_at: at.optional(),
    ends_at: at,
    why,
  })
  .refine(({ starts_at, ends_at }) => ends_at > (starts_at ?? new Date()), {
    error: 'ends_at must lie after the start, and after now',
    path: ['ends_at'],
  });

const freezes = keyEndpoint(
  deps,
  { ...ADMIN, body: jsonBody(Freeze) },
  async ({ body, identity, now }) => {
    const { component, starts_at: startsAt = now, ends_at: endsAt } = body;
    const order = { component, startsAt, endsAt };
    return reply(201, await freeze(app(), order, by(identity, body.why)));
  },
);

const Webhook = z.strictObject({
  source: z.string().regex(/^[a-z0-9-]{1,40}$/),
  why: why.nullable().default(null),
});

const webhooks = keyEndpoint(
  deps,
  { ...ADMIN, body: jsonBody(Webhook) },
  async ({ body, identity }) =>
    reply(201, await makeWebhookSecret(app(), body.source, by(identity, body.why))),
);

const Back = z.strictObject({
  version: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1),
  why,
});

const calibrations = keyEndpoint(deps, { ...ADMIN, body: jsonBody(Back) }, ({ body, identity }) =>
  goBack(app(), body.version, { who: identity.name, why: body.why }),
);

/** What administrators make, the kill switch, and the way back from a calibration. */
export const adminPost = byPath(deps, PREFIX, {
  keys,
  freezes,
  'maintenance-windows': maintenanceWindows,
  webhooks,
  calibrations,
  rules: newRule,
  'rules/dry-run': dryRun,
  pause: switched(true),
  resume: switched(false),
});

const Changes = z.strictObject({ settings: z.record(z.string(), z.unknown()), why });

/** Changes settings. */
export const adminPatch = byPath(deps, PREFIX, {
  settings: keyEndpoint(deps, { ...ADMIN, body: jsonBody(Changes) }, ({ body, identity }) =>
    changeSettings(app(), body.settings, by(identity, body.why)),
  ),
});

/** Puts another version in a rule's place. */
export const adminPut = byPath(deps, PREFIX, { 'rules/:id': putRule });

/** Ends keys, rules, freezes, maintenance windows and webhooks' secrets. */
export const adminDelete = byPath(deps, PREFIX, {
  'keys/:id': ending(endKey),
  'freezes/:id': ending(unfreeze),
  'maintenance-windows/:id': ending(endWindow),
  'webhooks/:id': ending(endWebhookSecret),
  'rules/:id': ending(removeRule),
});
