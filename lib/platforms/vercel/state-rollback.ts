import * as z from 'zod';
import { bestProven } from '../../domain/decide/known-state.js';
import { storedStates } from '../deployment-rollback.js';
import { keptConfig, leftAt, takeBack, undoneConfig, withConfig } from '../kept-config.js';
import { wholeState } from '../known-standing.js';
import type { LedgerState, Looked, Prepared, Variables } from '../platform.js';
import { differing, masked } from '../variables.js';
import { type Called, refuse } from '../vendor-action.js';
import { refuseChanged } from './changed-since.js';
import { configChanges, obstacle, refuseUnderWay } from './config-rollback.js';
import { configStore } from './config-store.js';
import { envChanges } from './env-changes.js';
import { readConfig } from './read-config.js';
import { liveOf } from './redeploy.js';
import { rollback } from './rollback.js';
import { standsFrom } from './stands-from.js';
import { deploymentOf } from './state-id.js';
import { liveId, refuseMoved, type VercelAction, type VercelStep } from './vercel-action.js';

const End = z.object({ deployment_id: z.string().min(1) });

/**
 * Go back to a proven state as a whole: its deployment, which brings the variables that it was built with, and
 * the project's variables and Edge Config items, so that the next build has them, too.
 *
 * The configuration first: it is refused, or put back, as long as nothing has moved. Whole or not at all: it is
 * refused where a part is not known or cannot be put back.
 */
export const stateRollback: VercelAction = {
  describe: (step) => [
    ...configChanges(step.targetId, step.request.target),
    ...rollback.describe(step),
  ],
  prepare,
  async act(step, prepared) {
    const kept = keptConfig(step, prepared);
    const { from, to } = storedStates(step, prepared, {
      before: End,
      after: End,
      between: 'deployments',
    });
    const project = await step.calls.project();
    if (liveId(project) !== to.deployment_id) refuseMoved(step, project, from.deployment_id);
    const store = configStore(step);
    return withConfig(step, { kept, store }, () => rollback.act(step, prepared));
  },
  look,
  async putBack(step, prepared) {
    const { deployment_id: from } = End.parse(prepared.before);
    const kept = keptConfig(step, prepared);
    await refuseUnderWay(step, from);
    await takeBack(step, { kept, store: configStore(step) });
  },
  report: (step, prepared, since, acted) => rollback.report(step, prepared, since, acted),
};

async function prepare(step: VercelStep): Promise<Prepared> {
  const deployment = await rollback.prepare(step);
  const { deployment_id: from } = End.parse(deployment.before);
  const { deployment_id: to } = End.parse(deployment.after);
  const config = await readConfig(step.calls);
  const before = config.settings;
  const after = wantedConfig(step, to, before);
  const project = await step.calls.project();
  refuseMoved(step, project, from);
  const live = liveOf(step, project, await step.calls.deployments());
  refuseChanged(step, live, config);
  await envChanges(step, config, after);
  const names = differing(before, after);
  const liveFrom = standsFrom(project, live, { config, known: step.request.known });
  return {
    ...deployment,
    before: { ...deployment.before, live_from: liveFrom, config: masked(before, names) },
    after: { ...deployment.after, config: masked(after, names) },
    inverse:
      deployment.inverse === null
        ? null
        : { name: 'rollback', rollback_type: 'previous_state', to: from },
    secret: { before, after },
  };
}

/** The configuration of the state whose deployment is returned to. */
function wantedConfig(step: VercelStep, to: string, now: Variables): Variables {
  const { action, known = [], undoes } = step.request;
  if (undoes !== undefined) return undoneConfig(step, undoes, now);
  const isNamed =
    action.name === 'rollback' && action.to !== undefined && deploymentOf(action.to) === to;
  const { config } = wholeState(step, stateOf(known, to), { id: to, isNamed });
  const held = obstacle(now, config);
  return held === null ? config : refuse(step, held);
}

/** Of the states of one deployment the best whose configuration is known, else what there is. */
function stateOf(known: readonly LedgerState[], deployment: string): LedgerState | undefined {
  const own = known.filter(({ deploymentId }) => deploymentOf(deploymentId) === deployment);
  const configured = own.filter(({ config }) => config !== null);
  return bestProven(configured) ?? configured[0] ?? own[0];
}

async function look(step: VercelStep, prepared: Prepared, called: Called): Promise<Looked> {
  const looked = await rollback.look(step, prepared, called);
  if (looked.kind !== 'not_done') return looked;
  return leftAt(keptConfig(step, prepared), (await readConfig(step.calls)).settings);
}
