import * as z from 'zod';
import { configSource, configTarget } from '../config-target.js';
import { rollbackResult, storedStates } from '../deployment-rollback.js';
import {
  type ConfigStore,
  keptConfig,
  leftAt,
  takeBack,
  undoneConfig,
  whereIs,
  withConfig,
} from '../kept-config.js';
import type { Acted, Looked, Prepared, Reported, Variables } from '../platform.js';
import { differing, masked } from '../variables.js';
import { type Called, CLOCK_SKEW_MS, nothingSeen, refuse } from '../vendor-action.js';
import type { Deploy } from './answers.js';
import { servicePath } from './calls.js';
import { configBase } from './config-base.js';
import { FAILED } from './deploy-ends.js';
import { liveFrom } from './live-state.js';
import { type RenderAction, type RenderStep, refuseSuspended } from './render-action.js';
import { refuseMoved } from './rollback.js';
import { leadsTo, type Version, versionKey, versionOf } from './version.js';

const State = z.looseObject({
  deploy_id: z.string().min(1),
  commit: z.string().nullable(),
  image: z.string().nullable(),
  image_sha: z.string().nullable(),
  artifact_id: z.string().nullable(),
});

/**
 * Put the environment variables of a proven state back, and deploy the last build with them.
 *
 * Values are stored sealed only; what is shown names the variables that differ. A push after it changes
 * nothing of this: the variables are those of the service, so automatic deploys stay as they are.
 *
 * @see https://api-docs.render.com/reference/update-env-vars-for-service
 */
export const configRollback: RenderAction = {
  describe: ({ targetId }) => [
    `PUT ${servicePath(targetId)}/env-vars`,
    `POST ${servicePath(targetId)}/deploys`,
  ],
  prepare,
  async act(step, prepared) {
    const { from } = states(step, prepared);
    const base = configBase(await step.calls.newestDeploys());
    if (base.kind === 'refused') refuse(step, base.why);
    if (base.live.id !== from.deploy_id) {
      refuse(step, `deploy ${base.live.id} went live meanwhile`);
    }
    const kept = keptConfig(step, prepared);
    const store = configStore(step);
    const deployId = await withConfig(step, { kept, store }, () => step.calls.deployOnly());
    return { ...rollbackResult(step, prepared, true), deploy_id: deployId };
  },
  look,
  report,
  async putBack(step, prepared) {
    const { from } = states(step, prepared);
    await refuseMoved(step, from.deploy_id);
    await takeBack(step, { kept: keptConfig(step, prepared), store: configStore(step) });
  },
};

async function prepare(step: RenderStep): Promise<Prepared> {
  const { undoes } = step.request;
  refuseSuspended(step, await step.calls.service());
  const base = configBase(await step.calls.newestDeploys());
  if (base.kind === 'refused') refuse(step, base.why);
  const { live } = base;
  const before = await step.calls.envVars();
  const wanted =
    undoes === undefined
      ? fromLedger(step, live, before)
      : { after: undoneConfig(step, undoes, before), shown: {} };
  const names = differing(before, wanted.after);
  const stored = { deploy_id: live.id, ...versionOf(live) };
  return {
    before: {
      ...stored,
      created_at: live.createdAt.toISOString(),
      live_from: liveFrom(live),
      config: masked(before, names),
    },
    after: { ...stored, ...wanted.shown, config: masked(wanted.after, names) },
    inverse: { name: 'rollback', rollback_type: 'config', to: live.id },
    secret: { before, after: wanted.after },
  };
}

function fromLedger(step: RenderStep, live: Deploy, config: Variables) {
  const to = configTarget(step, { version: versionKey(versionOf(live)), config });
  return { after: to.config, shown: configSource(to) };
}

/** All variables of a service, which Render replaces at once. */
export function configStore({ calls }: RenderStep): ConfigStore {
  return { read: () => calls.envVars(), write: (variables) => calls.replaceEnvVars(variables) };
}

async function look(step: RenderStep, prepared: Prepared, called: Called): Promise<Looked> {
  const { from, to } = states(step, prepared);
  const kept = keptConfig(step, prepared);
  const now = await step.calls.envVars();
  const isAfter = whereIs(kept, now) === 'after';
  const [ours] = isAfter ? await deploysSince(step, called.since, { from, to }) : [];
  if (ours !== undefined) {
    const result = { ...rollbackResult(step, prepared, true), deploy_id: ours.id };
    return { kind: 'done', result };
  }
  const seen = nothingSeen(step, called, 'deploy');
  return seen.kind === 'not_done' ? leftAt(kept, now) : seen;
}

async function report(
  step: RenderStep,
  prepared: Prepared,
  since: Date,
  acted: Acted,
): Promise<Reported> {
  const began = await deploysSince(step, since, states(step, prepared));
  const deploy = began.find(({ id }) => id === acted?.['deploy_id']) ?? began[0];
  if (deploy === undefined) return { kind: 'pending' };
  const found = { deploy_id: deploy.id, deploy_status: deploy.status };
  const failed = (why: string): Reported => ({
    kind: 'failed',
    why,
    result: { ...rollbackResult(step, prepared, false), ...found },
  });
  if (FAILED.has(deploy.status)) {
    return failed(`deploy ${deploy.id} did not go live: ${deploy.status}`);
  }
  if (deploy.status === 'deactivated') {
    return failed(`deploy ${deploy.id} was live, and has been replaced since`);
  }
  if (deploy.status !== 'live') return { kind: 'pending' };
  const result = { ...rollbackResult(step, prepared, true), ...found };
  return { kind: 'done', result, endedAt: deploy.finishedAt ?? null };
}

/** The deploys of that version that were asked for by API after an instant, newest first. */
async function deploysSince(
  { calls }: RenderStep,
  since: Date,
  { from, to }: { readonly from: z.infer<typeof State>; readonly to: Version },
): Promise<Deploy[]> {
  const begin = new Date(since.getTime() - CLOCK_SKEW_MS);
  const deploys = await calls.deploys(begin);
  return deploys.filter(
    (deploy) =>
      deploy.trigger === 'api' &&
      deploy.id !== from.deploy_id &&
      deploy.createdAt >= begin &&
      leadsTo(to, versionOf(deploy)),
  );
}

const states = (step: RenderStep, prepared: Prepared) =>
  storedStates(step, prepared, { before: State, after: State, between: 'deploys' });
