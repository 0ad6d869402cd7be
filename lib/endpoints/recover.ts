import * as z from 'zod';
import { app } from '../app.js';
import { ComponentName } from '../domain/component.js';
import { Action } from '../domain/decide/action.js';
import { GUARD_NAMES } from '../domain/decide/verdict.js';
import { NAMING_PLATFORMS } from '../domain/named-by.js';
import { AppError } from '../errors.js';
import { answerPress } from '../flows/answer-press.js';
import { askUndo } from '../flows/ask-undo.js';
import { giveUp } from '../flows/give-up.js';
import { handBack } from '../flows/hand-back.js';
import { recover } from '../flows/recover.js';
import { recoveryJson, requireRecovery } from '../flows/recovery-json.js';
import { requestedJson, requestRecovery } from '../flows/request-recovery.js';
import { verify } from '../flows/verify.js';
import { jsonBody } from '../http/body-reader.js';
import { byCaller } from '../http/by-caller.js';
import { byPath } from '../http/by-path.js';
import { type KeyIdentity, requireComponent } from '../http/identity.js';
import { keyEndpoint } from '../http/key-endpoint.js';
import { pathParts } from '../http/path-id.js';
import { queueEndpoint } from '../http/queue-endpoint.js';
import { reply } from '../http/reply.js';
import { FailureCallback, PressMessage, RecoveryMessage } from '../queue/messages.js';
import { hasScope } from '../security/scope.js';
import { deps } from './deps.js';

const Reason = z.string().trim().min(1).max(500);

const Request = z
  .strictObject({
    component: ComponentName.optional(),
    platform: z.enum(NAMING_PLATFORMS).optional(),
    service_id: z.string().min(1).max(256).optional(),
    action: z.string().default('rollback'),
    params: z.record(z.string(), z.unknown()).default({}),
    reason: Reason,
    dry_run: z.boolean().default(false),
    only_if_leaking: z.boolean().optional(),
    rollback_to: z.string().optional(),
    override: z.array(z.enum(GUARD_NAMES)).max(GUARD_NAMES.length).default([]),
  })
  .refine(
    ({ component, platform, service_id }) =>
      component !== undefined || (platform !== undefined && service_id !== undefined),
    { error: 'name a component, or a platform and a service_id' },
  );

/** The action that a request asks for, with the reference document's short forms. */
function actionOf({
  action,
  params,
  only_if_leaking,
  rollback_to,
}: z.infer<typeof Request>): Action {
  const to = rollback_to === undefined || rollback_to === 'previous' ? {} : { to: rollback_to };
  const leaking = only_if_leaking === undefined ? {} : { only_if_leaking };
  const parsed = Action.safeParse({ ...to, ...leaking, ...params, name: action });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError('invalid', `action: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

const byPerson = keyEndpoint(
  deps,
  { scope: 'operate', bound: true, body: jsonBody(Request) },
  async ({ body, identity }) => {
    if (body.override.length > 0 && !hasScope(identity.scopes, 'admin')) {
      throw new AppError('forbidden', 'only an admin key may override guards');
    }
    requireComponent(identity, body.component ?? null);
    const requested = await requestRecovery(app(), {
      component: body.component,
      platform: body.platform,
      serviceId: body.service_id,
      action: actionOf(body),
      reason: body.reason,
      dryRun: body.dry_run,
      overrides: body.override,
      who: identity.name,
    });
    return reply(requested.kind === 'dry_run' ? 200 : 202, requestedJson(requested));
  },
);

const byQueue = queueEndpoint(
  deps,
  { body: jsonBody(z.union([RecoveryMessage, PressMessage, FailureCallback])) },
  ({ body }) => {
    if ('press' in body) return answerPress(app(), body.press);
    if ('sourceMessageId' in body) return giveUp(app(), body);
    return body.kind === 'verify'
      ? verify(app(), body.recovery_id)
      : recover(app(), body.recovery_id);
  },
);

/** Carries recoveries out and verifies them, for the queue; takes requests, from people and pipelines. */
const recoverPost = byCaller({ queue: byQueue, key: byPerson });

/** An id that is no UUID names nothing. */
const idOf = (url: URL): string =>
  z
    .uuid()
    .catch('00000000-0000-0000-0000-000000000000')
    .parse(pathParts(url, '/api/recoveries')[0]);

/** The recovery that a path names, where the key may ask about it. */
async function named(url: URL, identity: KeyIdentity) {
  const recovery = await requireRecovery(app(), idOf(url));
  requireComponent(identity, recovery.component);
  return recovery;
}

/** What a person asks of one recovery, and has to give a reason for. */
const byReason = {
  scope: 'operate',
  bound: true,
  routed: ['id', 'verb'],
  body: jsonBody(z.strictObject({ reason: Reason })),
} as const;

const undo = keyEndpoint(deps, byReason, async ({ url, body, identity }) => {
  const { id } = await named(url, identity);
  return reply(202, await askUndo(app(), id, { why: body.reason, who: identity.name }));
});

const giveBack = keyEndpoint(deps, byReason, async ({ url, body, identity }) => {
  const { id } = await named(url, identity);
  return handBack(app(), id, { why: body.reason, who: identity.name });
});

/** `/api/recover` itself, and what is rewritten onto it. */
export const recoverPosts = byPath(deps, '/api', {
  recover: recoverPost,
  'recoveries/:id/undo': undo,
  'recoveries/:id/hand-back': giveBack,
});

const show = keyEndpoint(
  deps,
  { scope: 'read', bound: true, routed: ['id'] },
  async ({ url, identity }) => recoveryJson(await named(url, identity)),
);

/** One recovery: its state, verdicts, and proof. */
export const recoverGets = byPath(deps, '/api', { 'recoveries/:id': show });
