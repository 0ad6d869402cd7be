import * as z from 'zod';
import { app } from '../app.js';
import { AppError } from '../errors.js';
import { takeAlerts } from '../flows/take-alerts.js';
import { jsonBody } from '../http/body-reader.js';
import { byPath } from '../http/by-path.js';
import { reply } from '../http/reply.js';
import { webhookEndpoint } from '../http/webhook-endpoint.js';
import { readAlertmanager } from '../intake/alertmanager.js';
import { deps } from './deps.js';
import { pagerDutyPost } from './pagerduty.js';
import { slackPost } from './slack.js';

/** The sources that are understood, each with its reader. */
const READERS = { alertmanager: readAlertmanager } as const;

const alerts = webhookEndpoint(
  deps,
  { body: jsonBody(z.unknown()) },
  async ({ identity, body }) => {
    const reader = Object.entries(READERS).find(([source]) => source === identity.source)?.[1];
    if (reader === undefined)
      throw new AppError('not_found', 'there is no such source of webhooks');
    const { alerts, ignored, truncated } = reader(body);
    return reply(202, { ...(await takeAlerts(app(), alerts)), ignored, truncated });
  },
);

/** Takes in what monitoring tools say, and what people answer where they were asked. */
export const webhooksPost = byPath(deps, '/api/webhooks', {
  slack: slackPost,
  pagerduty: pagerDutyPost,
  ':source': alerts,
  ':source/:token': alerts,
});
