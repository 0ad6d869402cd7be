import * as z from 'zod';
import {
  type AutoDeploy,
  type AutoDeploySwitch,
  ensureAutoDeployOff,
  ensureAutoDeployOn,
  readAutoDeploy,
  switchAutoDeployOff,
  waitsForResume,
} from '../auto-deploy.js';
import { rollbackResult, storedStates } from '../deployment-rollback.js';
import { outdatedBy, shownRecord } from '../known-standing.js';
import type { Looked, Prepared, Reported } from '../platform.js';
import { type Called, CLOCK_SKEW_MS, nothingSeen, refuse } from '../vendor-action.js';
import type { Deploy } from './answers.js';
import { deploysAutomatically } from './auto-deploys.js';
import { servicePath } from './calls.js';
import { ENDED, FAILED } from './deploy-ends.js';
import { liveFrom } from './live-state.js';
import { type RenderAction, type RenderStep, refuseSuspended } from './render-action.js';
import { rollbackTarget } from './rollback-target.js';
import { isKnown, leadsTo, versionOf } from './version.js';

const text = z.string().nullable();

/** The state that a rollback leads to, as it is stored with the recovery. */
const After = z.object({
  deploy_id: z.string().min(1),
  commit: text,
  image: text,
  image_sha: text,
  artifact_id: text,
});

/** The state that it leaves: what to put back, automatic deploys among it. */
const Before = After.extend({
  auto_deploy: z.enum(['yes', 'no']),
  auto_deploy_trigger: text,
});

/** The state that an undo leads to: with the automatic deploys that what it takes back had switched off. */
const AfterUndo = After.extend({ auto_deploy_back: z.object({ trigger: text }).optional() });

/**
 * Go back to a deploy that was live before.
 *
 * Render goes on deploying new commits after a rollback through its API, so that the next push would
 * undo it: where automatic deploys are on they are switched off, and stay off until a person hands them
 * back. `report` makes up for it when the caller died in between.
 *
 * @see https://api-docs.render.com/reference/rollback-deploy
 */
export const rollback: RenderAction = {
  describe: ({ targetId }) => [
    `POST ${servicePath(targetId)}/rollback`,
    `PATCH ${servicePath(targetId)} (switches auto-deploy off, where it is on)`,
  ],
  prepare,
  async act(step, prepared) {
    const { from, to } = states(step, prepared);
    await refuseMoved(step, from.deploy_id);
    const deployId = await step.calls.rollback(to.deploy_id);
    const locked = await lock(step, prepared, switchAutoDeployOff);
    return { ...rollbackResult(step, prepared, true), deploy_id: deployId, ...locked };
  },
  look,
  report,
};

async function prepare(step: RenderStep): Promise<Prepared> {
  const { action, byPerson, known = [], undoes } = step.request;
  if (action.name !== 'rollback') refuse(step, 'it is not to be rolled back');
  const service = await step.calls.service();
  refuseSuspended(step, service);
  const wish = { to: action.to, byPerson, known, isUndo: undoes !== undefined };
  const target = rollbackTarget(await step.calls.deploys(), wish);
  if (target.kind === 'refused') refuse(step, target.why);
  const { from, to } = target;
  return {
    ...outdatedBy(target),
    before: {
      ...stored(from),
      live_from: liveFrom(from),
      trigger: from.trigger ?? null,
      auto_deploy: deploysAutomatically(service) ? 'yes' : 'no',
      auto_deploy_trigger: service.autoDeployTrigger ?? null,
    },
    after: { ...stored(to), ...shownRecord(target), ...autoDeployBack(step) },
    inverse: { name: 'rollback', rollback_type: 'deployment', to: from.id },
  };
}

/** What somebody has deployed since it was looked at is not replaced. */
export async function refuseMoved(step: RenderStep, from: string): Promise<void> {
  const deploys = await step.calls.deploys();
  const running = deploys.find(({ status }) => !ENDED.has(status));
  if (running !== undefined) refuse(step, `deploy ${running.id} began meanwhile`);
  const live = deploys.find(({ status }) => status === 'live');
  if (live?.id !== from) refuse(step, `deploy ${live?.id ?? 'none'} went live meanwhile`);
}

/** What an undo gives back besides the deploy. */
function autoDeployBack({ request }: RenderStep): object {
  const undone = Before.safeParse(request.undoes?.before).data;
  if (undone?.auto_deploy !== 'yes') return {};
  const { auto_deploy_trigger: trigger } = undone;
  return { auto_deploy_back: { trigger: trigger === 'off' ? null : trigger } };
}

const stored = (deploy: Deploy) => ({
  deploy_id: deploy.id,
  ...versionOf(deploy),
  created_at: deploy.createdAt.toISOString(),
});

async function look(step: RenderStep, prepared: Prepared, called: Called): Promise<Looked> {
  const { to } = states(step, prepared);
  const began = await rollbacksSince(step, called.since);
  const ours = began.find((deploy) => leadsTo(to, versionOf(deploy)));
  if (ours !== undefined) {
    const locked = await lock(step, prepared, readAutoDeploy);
    return {
      kind: 'done',
      result: { ...rollbackResult(step, prepared, true), deploy_id: ours.id, ...locked },
    };
  }
  const [other] = began;
  if (other === undefined) return nothingSeen(step, called, 'rollback');
  const what = isKnown(versionOf(other)) ? 'went elsewhere' : 'does not show where it goes';
  return { kind: 'unknown', why: `rollback ${other.id} began meanwhile and ${what}` };
}

async function report(step: RenderStep, prepared: Prepared, since: Date): Promise<Reported> {
  const { to } = states(step, prepared);
  const began = await rollbacksSince(step, since);
  const deploy = began.find((one) => leadsTo(to, versionOf(one)));
  if (deploy === undefined) return { kind: 'pending' };
  const found = { deploy_id: deploy.id, deploy_status: deploy.status };
  if (FAILED.has(deploy.status)) {
    const locked = await lock(step, prepared, readAutoDeploy);
    return {
      kind: 'failed',
      why: `deploy ${deploy.id} did not go live: ${deploy.status}`,
      result: { ...rollbackResult(step, prepared, false), ...found, ...locked },
    };
  }
  const isLive = deploy.status === 'live';
  const locked = await lock(step, prepared, ensureAutoDeployOff, isLive);
  if (deploy.status === 'deactivated') {
    const why = `deploy ${deploy.id} was live, and has been replaced since`;
    return { kind: 'failed', why, result: { ...rollbackResult(step, prepared, false), ...found } };
  }
  const wanted = to.auto_deploy_back === undefined ? 'off' : 'on';
  if (!isLive || waitsForResume(step.request, locked, wanted)) return { kind: 'pending' };
  const result = { ...rollbackResult(step, prepared, true), ...found, ...locked };
  return { kind: 'done', result, endedAt: deploy.finishedAt ?? null };
}

/**
 * Treat automatic deploys only where they were on before; elsewhere they are off already. An undo, once
 * it is live, gives back those that were switched off by what it takes back. While everything is paused
 * they are only read.
 */
async function lock(
  step: RenderStep,
  prepared: Prepared,
  treat: (one: AutoDeploySwitch) => Promise<AutoDeploy>,
  isLive = false,
): Promise<AutoDeploy> {
  const { from, to } = states(step, prepared);
  const one = {
    title: 'Render',
    isOn: async () => deploysAutomatically(await step.calls.service()),
    switchOff: () => step.calls.switchAutoDeployOff(),
  };
  const { auto_deploy_back: back } = to;
  const { paused = false } = step.request;
  if (back !== undefined) {
    if (!isLive || paused) return readAutoDeploy(one);
    return ensureAutoDeployOn(one, () => step.calls.switchAutoDeployOn(back.trigger));
  }
  if (from.auto_deploy === 'no') return { auto_deploy: 'off' };
  return paused ? readAutoDeploy(one) : treat(one);
}

/** The rollbacks that began after an instant, newest first. */
async function rollbacksSince({ calls }: RenderStep, since: Date): Promise<Deploy[]> {
  const from = new Date(since.getTime() - CLOCK_SKEW_MS);
  const deploys = await calls.deploys(from);
  return deploys.filter(({ trigger, createdAt }) => trigger === 'rollback' && createdAt >= from);
}

const states = (step: RenderStep, prepared: Prepared) =>
  storedStates(step, prepared, { before: Before, after: AfterUndo, between: 'deploys' });
