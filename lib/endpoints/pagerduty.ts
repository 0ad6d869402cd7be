import * as z from 'zod';
import { app } from '../app.js';
import { takePagerDuty } from '../flows/take-pagerduty.js';
import { jsonBody } from '../http/body-reader.js';
import { reply } from '../http/reply.js';
import { webhookEndpoint } from '../http/webhook-endpoint.js';
import { deps } from './deps.js';

const Delivered = z.object({
  event: z.object({
    event_type: z.string().max(100),
    agent: z
      .object({ summary: z.string().max(500).nullish() })
      .nullish()
      .catch(null),
    data: z.object({ incident_key: z.string().max(300).nullish().catch(null) }).catch({}),
  }),
});

/** Takes what happens to our alerts in PagerDuty. */
export const pagerDutyPost = webhookEndpoint(
  deps,
  { body: jsonBody(Delivered) },
  async ({ body: { event } }) =>
    reply(
      202,
      await takePagerDuty(app(), {
        type: event.event_type,
        key: event.data.incident_key ?? '',
        who: event.agent?.summary ?? 'somebody',
      }),
    ),
);
