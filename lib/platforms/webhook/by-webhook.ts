import * as z from 'zod';
import { AppError } from '../../errors.js';
import { failoverWay } from '../failover-way.js';
import type { Acted, Looked, Prepared, Reported } from '../platform.js';
import {
  type Called,
  nothingSeen,
  refuse,
  type VendorAction,
  type VendorStep,
} from '../vendor-action.js';
import type { Taken } from './answers.js';
import { pathOnHost, type WebhookCalls, type WebhookRef } from './calls.js';

/** What one step of an action by a webhook works with; its target is what the receiver calls it. */
export interface WebhookStep extends VendorStep {
  readonly calls: WebhookCalls;
  readonly target: WebhookRef;
}

/** What is known of an action that was sent: how it was answered, and where its state is asked for. */
const Sent = z.object({
  status_code: z.number().nullable(),
  status_path: z.string().nullable(),
});

/** Accepted, and not done yet. */
const ACCEPTED = 202;

/**
 * Have an action carried out by a webhook of the team's own: a signed message with the recovery's id, which
 * is the same whenever it is sent.
 *
 * What it is sent about is not read before, so there is a way back of a failover alone, and of what the receiver
 * says that it takes back. After a lost answer the status
 * address is asked; where there is none, it is repeated only if the receiver drops what it knows.
 */
export const byWebhook: VendorAction<WebhookStep> = {
  describe: ({ calls, request }) => [`POST ${calls.address} (signed; ${request.action.name})`],
  async prepare(step) {
    const { target, request } = step;
    const { action } = request;
    if (!target.actions.includes(action.name)) {
      refuse(step, `its webhook is not declared to ${action.name} it`);
    }
    if (action.name === 'rollback' && !target.rolls_back.includes(action.rollback_type)) {
      refuse(step, `its webhook is not declared to roll back ${action.rollback_type} (rolls_back)`);
    }
    return failoverWay(request) ?? wayBack(step);
  },
  act,
  look,
  report,
};

/** What stood before, only the receiver knows: one that takes an action back is told which. */
function wayBack({ request, target }: WebhookStep): Prepared {
  const { action, recoveryId, undoes } = request;
  const undone = undoes?.before?.['recovery_id'];
  if (typeof undone === 'string') return { before: { undoes: undone }, after: null, inverse: null };
  const changes = action.name === 'rollback' || action.name === 'scale';
  return target.takes_back && changes
    ? { before: { recovery_id: recoveryId }, after: null, inverse: action }
    : { before: {}, after: null, inverse: null };
}

async function act(
  step: WebhookStep,
  prepared: Prepared,
): Promise<Readonly<Record<string, unknown>>> {
  const { recoveryId } = step.request;
  const { status, taken } = await step.calls.send(recoveryId, message(step, prepared));
  if (taken.state === 'failed') {
    throw new AppError('upstream_refused', `${step.targetId}: the webhook tells that it failed`);
  }
  const accepted = status === ACCEPTED || taken.state === 'pending';
  return {
    ...result(step, accepted ? 'the webhook has accepted it' : 'the webhook has done it'),
    status_code: accepted ? ACCEPTED : status,
    status_path: statusPath(step, taken),
  };
}

/** The message as the receiver gets it; its fields are documented in README.md. */
function message({ request, target, now }: WebhookStep, { before }: Prepared): object {
  const { name, ...params } = request.action;
  return {
    type: 'recovery.requested',
    timestamp: now.toISOString(),
    data: {
      recovery_id: request.recoveryId,
      idempotency_key: request.recoveryId,
      component: request.component,
      target: target.target,
      action: name,
      params,
      ...(typeof before?.['undoes'] === 'string' && { undoes: before['undoes'] }),
    },
  };
}

/** Where it is asked how an action goes: the receiver's word for it, else the configured address. */
function statusPath({ calls, request }: WebhookStep, { status_url: given }: Taken): string | null {
  const told = given === undefined ? null : pathOnHost(given, calls.address);
  return told ?? calls.statusPath(request.recoveryId);
}

async function look(step: WebhookStep, _: Prepared, called: Called): Promise<Looked> {
  const path = step.calls.statusPath(step.request.recoveryId);
  const state = path === null ? 'unknown' : await step.calls.status(step.request.recoveryId, path);
  switch (state) {
    case 'done':
    case 'failed':
    case 'pending': {
      const told = result(step, `the answer was lost; the webhook tells that it is ${state}`);
      return { kind: 'done', result: { ...told, status_code: null, status_path: path } };
    }
    case 'not_done':
      return nothingSeen(step, called, 'sign of it at the webhook');
    case 'unknown':
      return step.target.drops_duplicates
        ? { kind: 'not_done' }
        : { kind: 'unknown', why: 'the webhook does not tell, and may not drop duplicates' };
  }
}

async function report(
  step: WebhookStep,
  _prepared: Prepared,
  _since: Date,
  acted: Acted,
): Promise<Reported> {
  const { recoveryId } = step.request;
  const sent = Sent.safeParse(acted).data;
  const path = sent?.status_path ?? step.calls.statusPath(recoveryId);
  const answered = typeof sent?.status_code === 'number' && sent.status_code !== ACCEPTED;
  if (answered) return { kind: 'done', result: result(step, 'the webhook has done it') };
  if (path === null) {
    return { kind: 'done', result: result(step, 'accepted; nobody tells how it ended') };
  }
  const state = await step.calls.status(recoveryId, path);
  if (state === 'done') return { kind: 'done', result: result(step, 'the webhook has done it') };
  if (state === 'pending' || state === 'unknown') return { kind: 'pending' };
  const why = `the webhook tells that it ${state === 'failed' ? 'failed' : 'was not done'}`;
  return { kind: 'failed', why, result: { ...result(step, why), success: false } };
}

function result({ request, targetId }: WebhookStep, text: string) {
  const { component, action } = request;
  const common = { success: true, service_id: targetId, component, message: text };
  return action.name === 'rollback'
    ? { ...common, rollback_type: action.rollback_type, from_state: null, to_state: null }
    : common;
}
