import * as z from 'zod';
import { app } from '../app.js';
import { takePress } from '../flows/take-press.js';
import { formJsonBody } from '../http/form-body.js';
import { webhookEndpoint } from '../http/webhook-endpoint.js';
import { deps } from './deps.js';

const Pressed = z.object({
  type: z.literal('block_actions'),
  user: z.object({
    id: z.string().regex(/^[UW][A-Z0-9]{2,30}$/),
    username: z.string().max(200).optional(),
  }),
  response_url: z.url().max(1000),
  actions: z
    .array(
      z.object({
        action_id: z.string().max(255),
        value: z.string().max(2000).optional(),
        action_ts: z.string().max(40),
      }),
    )
    .min(1)
    .max(25),
});

/** Other things that people do in Slack with this app are none of our business. */
const Interaction = z.union([Pressed, z.object({ type: z.string() })]);

/** Takes what was pressed in Slack: answered at once, carried out by the queue. */
export const slackPost = webhookEndpoint(
  deps,
  { body: formJsonBody('payload', Interaction) },
  async ({ body }) => {
    const [action] = 'actions' in body ? body.actions : [];
    if ('actions' in body && action !== undefined) {
      const { id, username } = body.user;
      await takePress(app(), {
        userId: id,
        userName: username ?? id,
        responseUrl: body.response_url,
        actionId: action.action_id,
        value: action.value ?? '',
        at: action.action_ts,
      });
    }
    // Slack takes nothing but 200, and shows a body of text in the channel.
    return new Response(null, { status: 200 });
  },
);
