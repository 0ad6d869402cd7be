import * as z from 'zod';

/** Slack's documented limits; what is beyond them is answered with `invalid_blocks`. */
const plainText = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(max) });
const mrkdwnText = (max: number) =>
  z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(max),
    verbatim: z.boolean().optional(),
  });

const Button = z.strictObject({
  type: z.literal('button'),
  action_id: z.string().min(1).max(255),
  text: plainText(75),
  value: z.string().max(2000),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: z
    .strictObject({
      title: plainText(100),
      text: mrkdwnText(300),
      confirm: plainText(30),
      deny: plainText(30),
    })
    .optional(),
});

const Block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('header'), text: plainText(150) }),
  z.strictObject({ type: z.literal('section'), text: mrkdwnText(3000) }),
  z.strictObject({
    type: z.literal('context'),
    elements: z.array(mrkdwnText(3000)).min(1).max(10),
  }),
  z.strictObject({
    type: z.literal('actions'),
    block_id: z.string().max(255),
    elements: z.array(Button).min(1).max(25),
  }),
]);

const Message = z.object({
  text: z.string().min(1).max(4000),
  blocks: z.array(Block).min(1).max(50).optional(),
});

/** What Slack would not take of a message; none for a call that holds no message. */
export function blockFaults(body: unknown): string[] {
  if (body === undefined) return [];
  const parsed = Message.safeParse(body);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map((issue) => z.core.toDotPath(issue.path) + issue.message);
  return JSON.stringify(body).length > 13_200 ? [...faults, 'msg_blocks_too_long'] : faults;
}
