import * as z from 'zod';
import type { Looked, Prepared, Reported } from '../platform.js';
import { type Called, nothingSeen, refuse } from '../vendor-action.js';
import type { Service } from './answers.js';
import { servicePath } from './calls.js';
import { wantedInstances } from './live-state.js';
import { type RenderAction, type RenderStep, refuseSuspended } from './render-action.js';

const Kept = z.object({ instances: z.number().int() });

/**
 * Run a fixed number of instances.
 *
 * Only where autoscaling is off: Render takes the number and ignores it otherwise.
 *
 * @see https://api-docs.render.com/reference/scale-service
 */
export const scale: RenderAction = {
  describe: ({ targetId }) => [`POST ${servicePath(targetId)}/scale`],
  async prepare(step) {
    const { action } = step.request;
    if (action.name !== 'scale') refuse(step, 'it is not to be scaled');
    const service = await step.calls.service();
    refuseSuspended(step, service);
    const instances = fixedInstances(step, service);
    if (instances === action.to) refuse(step, `it is set to ${instances} instances already`);
    return {
      before: { instances },
      after: { instances: action.to },
      inverse: instances < 1 ? null : { name: 'scale', to: instances },
    };
  },
  async act(step, prepared) {
    const { from, to } = numbers(step, prepared);
    const now = fixedInstances(step, await step.calls.service());
    if (now !== from) refuse(step, `it was set to ${now} instances meanwhile`);
    await step.calls.scale(to);
    return result(step, prepared, 'Render accepted the number');
  },
  look,
  report,
};

/** The number that is set. @throws {AppError} `refused` where Render decides it, or there is none */
function fixedInstances(step: RenderStep, service: Service): number {
  const instances = wantedInstances(service);
  if (instances !== null) return instances;
  return service.serviceDetails.autoscaling?.enabled === true
    ? refuse(step, 'autoscaling is on, and Render ignores a number meanwhile')
    : refuse(step, `Render shows no number of instances of a ${service.type}`);
}

async function look(step: RenderStep, prepared: Prepared, called: Called): Promise<Looked> {
  const { from, to } = numbers(step, prepared);
  const now = wantedInstances(await step.calls.service());
  if (now === to) {
    const message = 'the answer was lost; Render shows the new number';
    return { kind: 'done', result: result(step, prepared, message) };
  }
  if (now === from) return nothingSeen(step, called, 'new number');
  return { kind: 'unknown', why: `it is set to ${now ?? 'no number of'} instances` };
}

async function report(step: RenderStep, prepared: Prepared): Promise<Reported> {
  const { to } = numbers(step, prepared);
  const now = wantedInstances(await step.calls.service());
  if (now !== to) {
    const why = `it was set to ${now ?? 'no number of'} instances since`;
    return { kind: 'failed', why, result: null };
  }
  const running = await step.calls.instances();
  if (running.length !== to) return { kind: 'pending' };
  return { kind: 'done', result: result(step, prepared, `${to} instances run`) };
}

function result({ request, targetId }: RenderStep, { before, after }: Prepared, message: string) {
  const common = { success: true, service_id: targetId, component: request.component, message };
  return { ...common, from_state: before, to_state: after };
}

function numbers(step: RenderStep, prepared: Prepared): { from: number; to: number } {
  const from = Kept.safeParse(prepared.before).data;
  const to = Kept.safeParse(prepared.after).data;
  if (from !== undefined && to !== undefined) return { from: from.instances, to: to.instances };
  return refuse(step, 'the recovery does not say between which numbers: plan it anew');
}
