import * as z from 'zod';
import { AppError } from '../../errors.js';
import { keptConfig, leftAt, takeBack, undoneConfig, withConfig } from '../kept-config.js';
import { wholeState } from '../known-standing.js';
import type { Looked, Prepared, Reported, Variables } from '../platform.js';
import { differing, masked } from '../variables.js';
import { type Called, refuse } from '../vendor-action.js';
import { servicePath } from './calls.js';
import { configStore } from './config-rollback.js';
import { wantedInstances } from './live-state.js';
import type { RenderAction, RenderStep } from './render-action.js';
import { refuseMoved, rollback } from './rollback.js';

const Kept = z.object({ deploy_id: z.string().min(1), instances: z.number().int().nullable() });

/** What a deployment is put back with. */
interface Parts {
  readonly config: Variables;
  /** Null where nobody has fixed a number. */
  readonly instances: number | null;
}

/**
 * Go back to a proven state as a whole: its deployment, its variables, its number of instances.
 *
 * Variables first, since they are live with the deployment that follows; instances last, since a rollback
 * sets the number that its target was once deployed with. Whole or not at all: it is refused where a part
 * is not known or cannot be put back.
 */
export const stateRollback: RenderAction = {
  describe: (step) => [
    `PUT ${servicePath(step.targetId)}/env-vars`,
    ...rollback.describe(step),
    `POST ${servicePath(step.targetId)}/scale (where the number differs)`,
  ],
  prepare,
  async act(step, prepared) {
    const from = Kept.safeParse(prepared.before).data;
    if (from === undefined) return rollback.act(step, prepared);
    const kept = keptConfig(step, prepared);
    await refuseMoved(step, from.deploy_id);
    const store = configStore(step);
    return withConfig(step, { kept, store }, () => rollback.act(step, prepared));
  },
  look,
  async putBack(step, prepared) {
    const { deploy_id: from } = Kept.parse(prepared.before);
    const kept = keptConfig(step, prepared);
    await refuseMoved(step, from);
    await takeBack(step, { kept, store: configStore(step) });
  },
  async report(step, prepared, since, acted) {
    const reported = await rollback.report(step, prepared, since, acted);
    return reported.kind === 'done' ? withInstances(step, prepared, reported) : reported;
  },
};

async function prepare(step: RenderStep): Promise<Prepared> {
  const deployment = await rollback.prepare(step);
  const from = z.object({ deploy_id: z.string() }).parse(deployment.before).deploy_id;
  const { deploy_id: to } = z.object({ deploy_id: z.string() }).parse(deployment.after);
  const instances = wantedInstances(await step.calls.service());
  const config = await step.calls.envVars();
  const wanted = partsOf(step, to, config);
  requireScalable(step, instances, wanted.instances);
  const names = differing(config, wanted.config);
  return {
    ...deployment,
    before: { ...deployment.before, instances, config: masked(config, names) },
    after: {
      ...deployment.after,
      instances: wanted.instances,
      config: masked(wanted.config, names),
    },
    inverse: { name: 'rollback', rollback_type: 'previous_state', to: from },
    secret: { before: config, after: wanted.config },
  };
}

async function look(step: RenderStep, prepared: Prepared, called: Called): Promise<Looked> {
  const looked = await rollback.look(step, prepared, called);
  if (looked.kind !== 'not_done') return looked;
  return leftAt(keptConfig(step, prepared), await step.calls.envVars());
}

/** The other parts of the state whose deployment is returned to. */
function partsOf(step: RenderStep, to: string, config: Variables): Parts {
  const { action, known = [], undoes } = step.request;
  if (undoes !== undefined) {
    const { instances } = Kept.parse(undoes.before);
    return { config: undoneConfig(step, undoes, config), instances };
  }
  const state = known.find(({ deploymentId }) => deploymentId === to);
  const isNamed = action.name === 'rollback' && action.to === to;
  return wholeState(step, state, { id: `deploy ${to}`, isNamed });
}

/** @throws {AppError} `refused` where the number of instances cannot be what it was */
function requireScalable(step: RenderStep, now: number | null, then: number | null): void {
  if (now === null && then !== null) {
    refuse(step, `autoscaling is on, so ${then} instances cannot be put back`);
  }
  if (now !== null && then === null) {
    refuse(step, 'how many instances that state had is not known');
  }
}

/** Set the number once the deployment is live, and wait with that while everything is paused. Safe to repeat. */
async function withInstances(
  step: RenderStep,
  prepared: Prepared,
  reported: Extract<Reported, { kind: 'done' }>,
): Promise<Reported> {
  const to = Kept.parse(prepared.after).instances;
  if (to === null) return reported;
  try {
    if (wantedInstances(await step.calls.service()) !== to) {
      if (step.request.paused) return { kind: 'pending' };
      await step.calls.scale(to);
    }
    return { ...reported, result: { ...reported.result, instances: to } };
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'upstream_unavailable') throw error;
    const why = `the deployment is back, the number of instances is not: ${error.message}`;
    return { kind: 'failed', why, result: { ...reported.result, success: false } };
  }
}
