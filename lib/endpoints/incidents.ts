import * as z from 'zod';
import { app } from '../app.js';
import { ComponentName } from '../domain/component.js';
import { answerApproval } from '../flows/answer-approval.js';
import { detectAnomaly } from '../flows/detect-anomaly.js';
import {
  acknowledge,
  findIncident,
  label,
  listIncidents,
  showIncident,
} from '../flows/incidents.js';
import { snooze } from '../flows/snooze.js';
import { tellFailure } from '../flows/tell-failure.js';
import { jsonBody } from '../http/body-reader.js';
import { byPath } from '../http/by-path.js';
import { type KeyIdentity, requireComponent } from '../http/identity.js';
import { keyEndpoint } from '../http/key-endpoint.js';
import { parseInput } from '../http/parse.js';
import { pathParts } from '../http/path-id.js';
import { reply } from '../http/reply.js';
import { readMoment } from '../intake/moment.js';
import { readCursor } from '../store/rows.js';
import { deps } from './deps.js';

const PREFIX = '/api/incidents';
const routed = ['id', 'verb'];

const Query = z.strictObject({
  component: ComponentName.optional(),
  state: z.enum(['open', 'closed']).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

const Answer = z.strictObject({
  why: z.string().trim().max(500).nullable().default(null),
  /** What is answered; whatever waits by then where it is absent. */
  recovery_id: z.uuid().optional(),
});

/** An id that is no UUID names nothing. */
const idOf = (url: URL): string =>
  z.uuid().catch('00000000-0000-0000-0000-000000000000').parse(pathParts(url, PREFIX)[0]);

const list = keyEndpoint(
  deps,
  { scope: 'read', bound: true, query: Query, routed },
  ({ query, identity }) => {
    const { component, state, limit, cursor } = query;
    requireComponent(identity, component ?? null);
    return listIncidents(app(), {
      ...(component === undefined ? {} : { component }),
      ...(state === undefined ? {} : { state }),
      before: readCursor(cursor ?? null),
      limit,
    });
  },
);

/** The id in the path, where the key may ask about that incident. @throws {AppError} `not_found`, `forbidden` */
async function named(url: URL, identity: KeyIdentity): Promise<string> {
  const { id, component } = await findIncident(app(), idOf(url));
  requireComponent(identity, component);
  return id;
}

const show = keyEndpoint(deps, { scope: 'read', bound: true, routed }, async ({ url, identity }) =>
  showIncident(app(), await named(url, identity)),
);

/** The list of incidents, and one with its timeline. */
export const incidentsGet = byPath(deps, PREFIX, { '': list, ':id': show });

const seen = keyEndpoint(
  deps,
  { scope: 'operate', bound: true, routed },
  async ({ url, identity }) => acknowledge(app(), await named(url, identity), identity.name),
);

const later = keyEndpoint(
  deps,
  { scope: 'operate', bound: true, routed },
  async ({ url, identity }) => snooze(app(), await named(url, identity), identity.name),
);

const answer = (approved: boolean) =>
  keyEndpoint(
    deps,
    { scope: 'operate', bound: true, routed, body: jsonBody(Answer, { optional: true }) },
    async ({ url, body, identity }) =>
      answerApproval(app(), {
        incidentId: await named(url, identity),
        ...(body.recovery_id === undefined ? {} : { recoveryId: body.recovery_id }),
        approved,
        who: identity.name,
        why: body.why,
      }),
  );

const Label = z.strictObject({ label: z.enum(['real', 'false_alarm']) });

const labelled = keyEndpoint(
  deps,
  { scope: 'operate', bound: true, routed, body: jsonBody(Label) },
  async ({ url, body, identity }) =>
    label(app(), await named(url, identity), body.label, identity.name),
);

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const Failure = z
  .strictObject({
    component: ComponentName,
    failed_at: instant,
    ended_at: instant.refine((at) => at <= new Date(), { error: 'ended_at lies behind us' }),
    why: z.string().trim().min(1).max(500),
  })
  .refine(({ failed_at, ended_at }) => failed_at <= ended_at, {
    error: 'failed_at must not lie after ended_at',
    path: ['failed_at'],
  });

const told = keyEndpoint(
  deps,
  { scope: 'operate', bound: true, routed, body: jsonBody(z.looseObject({})) },
  async ({ body, identity }) =>
    'failed_at' in body ? failed(body, identity) : detected(body, identity),
);

async function failed(body: object, identity: KeyIdentity) {
  const {
    component,
    failed_at: failedAt,
    ended_at: endedAt,
    why,
  } = parseInput(Failure, body, 'body');
  requireComponent(identity, component);
  return reply(
    201,
    await tellFailure(app(), { component, failedAt, endedAt, why, who: identity.name }),
  );
}

/** The metrics of a moment: an incident where they are beyond their limits. */
async function detected(body: object, identity: KeyIdentity) {
  const moment = readMoment(body, new Date());
  requireComponent(identity, moment.component);
  const found = await detectAnomaly(app(), { ...moment, who: identity.name });
  if (found.kind === 'nothing') return reply(200, found.answer);
  return reply(found.kind === 'opened' ? 201 : 200, { incident: found.incident });
}

/** What people say to an incident, and of a failure that none tells of. */
export const incidentsPost = byPath(deps, PREFIX, {
  '': told,
  ':id/acknowledge': seen,
  ':id/approve': answer(true),
  ':id/reject': answer(false),
  ':id/snooze': later,
  ':id/label': labelled,
});
