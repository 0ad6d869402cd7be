import * as z from 'zod';
import type { Looked, Prepared, Reported } from '../platform.js';
import { type Called, CLOCK_SKEW_MS, nothingSeen, refuse } from '../vendor-action.js';
import { Instance } from './answers.js';
import { servicePath } from './calls.js';
import { type RenderAction, type RenderStep, refuseSuspended } from './render-action.js';

/** Types of service that run all the time, which is what a restart needs. */
const RESTARTABLE: ReadonlySet<string> = new Set([
  'web_service',
  'private_service',
  'background_worker',
]);

const Before = z.object({ instances: z.array(Instance) });

/**
 * Restart every instance of a service.
 *
 * @see https://api-docs.render.com/reference/restart-service
 */
export const restart: RenderAction = {
  describe: ({ targetId }) => [`POST ${servicePath(targetId)}/restart`],
  async prepare(step) {
    const service = await step.calls.service();
    refuseSuspended(step, service);
    if (!RESTARTABLE.has(service.type)) refuse(step, `Render cannot restart a ${service.type}`);
    const instances = await step.calls.instances();
    return {
      before: {
        instances: instances.map(({ id, createdAt }) => ({
          id,
          createdAt: createdAt.toISOString(),
        })),
      },
      after: null,
      inverse: null,
    };
  },
  async act(step) {
    const statusCode = await step.calls.restart();
    return { ...result(step, 'Render accepted the restart'), status_code: statusCode };
  },
  look,
  report,
};

async function look(step: RenderStep, prepared: Prepared, called: Called): Promise<Looked> {
  const { fresh } = await divide(step, prepared, called.since);
  if (fresh.length > 0) {
    const message = 'the answer was lost; new instances show that Render restarted it';
    return { kind: 'done', result: { ...result(step, message), status_code: null } };
  }
  return nothingSeen(step, called, 'new instance');
}

async function report(step: RenderStep, prepared: Prepared, since: Date): Promise<Reported> {
  const { fresh, stale, newest } = await divide(step, prepared, since);
  if (fresh.length === 0 || stale > 0) return { kind: 'pending' };
  const message = `restarted: ${fresh.length} of ${fresh.length} instances are new`;
  return { kind: 'done', result: { ...result(step, message), instances: fresh }, endedAt: newest };
}

function result({ request, targetId }: RenderStep, message: string) {
  return { success: true, service_id: targetId, component: request.component, message };
}

/**
 * Tell the instances that run now apart: those that came with the restart, and those from before it.
 *
 * An instance that was there before, made at the same instant, is an old one whatever the clocks say.
 */
async function divide(
  step: RenderStep,
  { before }: Prepared,
  since: Date,
): Promise<{ fresh: string[]; stale: number; newest: Date | null }> {
  const known = Before.safeParse(before).data?.instances;
  const from = since.getTime() - CLOCK_SKEW_MS;
  const running = await step.calls.instances();
  const fresh = running.filter(({ id, createdAt }) => {
    const madeAt = createdAt.getTime();
    if (known === undefined) return madeAt >= from;
    return !known.some((one) => one.id === id && one.createdAt.getTime() === madeAt);
  });
  const newestMs = Math.max(...fresh.map(({ createdAt }) => createdAt.getTime()));
  return {
    fresh: fresh.map(({ id }) => id),
    stale: running.length - fresh.length,
    newest: fresh.length === 0 ? null : new Date(newestMs),
  };
}
