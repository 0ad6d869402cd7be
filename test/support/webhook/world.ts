import * as z from 'zod';
import type { Outcome, VendorInput } from '../vendor/server.js';

const Body = z.object({
  data: z.object({
    recovery_id: z.string(),
    target: z.string(),
    action: z.string(),
    params: z.record(z.string(), z.unknown()),
  }),
});

/** How far an action has come. */
export type ActionState = 'done' | 'failed' | 'pending';

/** How a receiver behaves. */
export interface ReceiverOptions {
  /** How it answers an action that it takes: done at once, or accepted, with or without a word on where to ask. */
  readonly answers: 'done' | 'accepted' | 'accepted_with_url';
  /** Whether it drops a message that it knows. */
  readonly dropsDuplicates: boolean;
}

/** A receiver's side: what it was asked for, and what it has done. */
export interface Receiver {
  /** What it has done, in order, as `action target`; a duplicate that is not dropped is done again. */
  readonly effects: string[];
  /** Of each recovery, how far it has come; a test may change it. */
  readonly states: Map<string, ActionState>;
  perform(operation: string, input: VendorInput): Outcome;
}

/** Make a receiver that knows nothing yet. */
export function webhookReceiver({ answers, dropsDuplicates }: ReceiverOptions): Receiver {
  const effects: string[] = [];
  const states = new Map<string, ActionState>();
  const take = (body: unknown): Outcome => {
    const { recovery_id: id, action, target } = Body.parse(body).data;
    if (!(dropsDuplicates && states.has(id))) {
      effects.push(`${action} ${target}`);
      states.set(id, answers === 'done' ? 'done' : 'pending');
    }
    if (answers === 'done') return { status: 200, body: { state: 'done' } };
    const where = answers === 'accepted' ? {} : { status_url: `/actions/status/${id}` };
    return { status: 202, body: where };
  };
  return {
    effects,
    states,
    perform: (operation, { params, body }) =>
      operation === 'action'
        ? take(body)
        : { status: 200, body: { state: states.get(params['recovery_id'] ?? '') ?? 'not_done' } },
  };
}
