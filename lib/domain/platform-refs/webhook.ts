import * as z from 'zod';
import { ActionName, RollbackType } from '../decide/action.js';
import { PlaceName } from './place-name.js';

/** A component whose actions are carried out by a webhook of the team's own. */
export const WebhookRef = z.strictObject({
  type: z.literal('webhook'),
  /**
   * Which of the installation's webhooks: `deploy_bot` is the one whose address stands in
   * `ACTION_WEBHOOK_URL_DEPLOY_BOT`; null is the one in `ACTION_WEBHOOK_URL`.
   */
  webhook: PlaceName,
  /** How the receiver knows the component; told to it with each action. */
  target: z.string().min(1).max(256),
  /** What the receiver can do to it. */
  actions: z
    .array(ActionName)
    .min(1)
    .refine((names) => new Set(names).size === names.length, 'each action once'),
  /** What of it the receiver can roll back, where it can. */
  rolls_back: z
    .array(RollbackType)
    .min(1)
    .refine((kinds) => new Set(kinds).size === kinds.length, 'each kind once')
    .readonly()
    .default(['deployment']),
  /** Whether the receiver drops a message whose `webhook-id` it knows: only then is one ever repeated unseen. */
  drops_duplicates: z.boolean().default(false),
  /**
   * Whether the receiver takes a rollback or a scaling back when it is sent the same action with `undoes`, the id of
   * the recovery that did it: without that a rollback always asks a person.
   */
  takes_back: z.boolean().default(false),
});
