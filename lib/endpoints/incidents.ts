import * as z from 'zod';
import { app } from '../app.js';
import { ComponentName } from '../domain/component.js';
import { answerApproval } from '../flows/answer-approval.js';
import { acknowledge, label, listIncidents, showIncident } from '../flows/incidents.js';
import { jsonBody } from '../http/body-reader.js';
import { byPath } from '../http/by-path.js';
import { keyEndpoint } from '../http/key-endpoint.js';
import { pathParts } from '../http/path-id.js';
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

const Why = z.strictObject({ why: z.string().trim().max(500).nullable().default(null) });

/** An id that is no UUID names nothing. */
const idOf = (url: URL): string =>
  z.uuid().catch('00000000-0000-0000-0000-000000000000').parse(pathParts(url, PREFIX)[0]);

const list = keyEndpoint(deps, { scope: 'read', query: Query, routed }, ({ query }) => {
  const { component, state, limit, cursor } = query;
  return listIncidents(app(), {
    ...(component === undefined ? {} : { component }),
    ...(state === undefined ? {} : { state }),
    before: readCursor(cursor ?? null),
    limit,
  });
});

const show = keyEndpoint(deps, { scope: 'read', routed }, ({ url }) =>
  showIncident(app(), idOf(url)),
);

/** The list of incidents, and one with its timeline. */
export const incidentsGet = byPath(deps, PREFIX, { '': list, ':id': show });

const seen = keyEndpoint(deps, { scope: 'operate', routed }, ({ url, identity }) =>
  acknowledge(app(), idOf(url), identity.name),
);

const answer = (approved: boolean) =>
  keyEndpoint(
    deps,
    { scope: 'operate', routed, body: jsonBody(Why, { optional: true }) },
    ({ url, body, identity }) =>
      answerApproval(app(), {
        incidentId: idOf(url),
        approved,
        who: identity.name,
        why: body.why,
      }),
  );

const Label = z.strictObject({ label: z.enum(['real', 'false_alarm']) });

const labelled = keyEndpoint(
  deps,
  { scope: 'operate', routed, body: jsonBody(Label) },
  ({ url, body, identity }) => label(app(), idOf(url), body.label, identity.name),
);

/** What people say to an incident. */
export const incidentsPost = byPath(deps, PREFIX, {
  ':id/acknowledge': seen,
  ':id/approve': answer(true),
  ':id/reject': answer(false),
  ':id/label': labelled,
});
