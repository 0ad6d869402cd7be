import * as z from 'zod';
import { configSource, configTarget } from '../config-target.js';
import { rollbackResult, storedStates } from '../deployment-rollback.js';
import { keptConfig, leftAt, takeBack, undoneConfig, whereIs, withConfig } from '../kept-config.js';
import type { Looked, Prepared, Reported, Variables } from '../platform.js';
import { differing, masked } from '../variables.js';
import { type Called, nothingSeen } from '../vendor-action.js';
import type { Deployment } from './answers.js';
import { paths } from './calls.js';
import { refuseChanged } from './changed-since.js';
import { configPaths } from './config-calls.js';
import { configStore } from './config-store.js';
import { edgePaths } from './edge-paths.js';
import { envChanges } from './env-changes.js';
import { readConfig } from './read-config.js';
import {
  BuildSource,
  buildAgain,
  built,
  liveOf,
  refuseBusy,
  refuseUnassigned,
  reportBuild,
  sourceOf,
} from './redeploy.js';
import { isEdge, unreadable } from './settings.js';
import { standsFrom } from './stands-from.js';
import { deploymentOf } from './state-id.js';
import { refuseMoved, refusePaused, type VercelAction, type VercelStep } from './vercel-action.js';
import { commitOf, versionOf } from './version.js';

/** What a configuration is put back to. */
const After = z.object({
  /** Whether a build makes it live; the items of an Edge Config are live at once. */
  redeploy: z.boolean(),
});

/**
 * Put production's environment variables and the items of the Edge Config back from a proven state, and build the
 * live deployment's source again where a variable is among them.
 *
 * Values are stored sealed only; what is shown names the settings that differ. What Vercel does not tell is never
 * guessed: where a variable of type `sensitive` was made, changed or removed since, it is refused.
 *
 * @see https://vercel.com/docs/rest-api/projects/create-one-or-more-environment-variables
 */
export const configRollback: VercelAction = {
  describe: ({ request: { target }, targetId }) => [
    ...configChanges(targetId, target),
    `POST ${paths.redeploy} (builds the live deployment's source again, where a variable differs)`,
  ],
  prepare,
  act,
  look,
  report,
  async putBack(step, prepared) {
    const { from } = states(step, prepared);
    const kept = keptConfig(step, prepared);
    await refuseUnderWay(step, from.deployment_id);
    await takeBack(step, { kept, store: configStore(step) });
  },
};

/** The calls that put a configuration back. */
export function configChanges(
  projectId: string,
  target: VercelStep['request']['target'],
): readonly string[] {
  const edge = target.type === 'vercel' ? target.edge_config : undefined;
  const one = `${configPaths.envVar(projectId, '')}{id}`;
  return [
    `POST ${configPaths.env(projectId)} (for each variable that is missing)`,
    `PATCH ${one} (for each that differs, or that other environments keep)`,
    `DELETE ${one} (for each that is too many)`,
    ...(edge === undefined ? [] : [edgeLine(edge)]),
  ];
}

function edgeLine(edgeConfig: string): string {
  const [path, other] = edgePaths(edgeConfig);
  return `PATCH ${path} (where items differ; or ${other}, where Vercel knows that one alone)`;
}

async function prepare(step: VercelStep): Promise<Prepared> {
  const { undoes, known } = step.request;
  const project = await step.calls.project();
  refusePaused(step, project);
  const deployments = await step.calls.deployments();
  const live = liveOf(step, project, deployments);
  const config = await readConfig(step.calls);
  const before = config.settings;
  const wanted =
    undoes === undefined
      ? fromLedger(step, live, before)
      : { after: undoneConfig(step, undoes, before), shown: {} };
  refuseChanged(step, live, config);
  await envChanges(step, config, wanted.after);
  const names = differing(before, wanted.after);
  const redeploy = !names.every(isEdge);
  if (redeploy) {
    refuseUnassigned(step, project);
    refuseBusy(step, project, deployments);
  }
  const stored = { ...sourceOf(live), commit: commitOf(live) };
  const from = standsFrom(project, live, { config, known });
  return {
    before: { ...stored, live_from: from, config: masked(before, names) },
    after: { ...stored, ...wanted.shown, redeploy, config: masked(wanted.after, names) },
    inverse: { name: 'rollback', rollback_type: 'config', to: live.uid },
    secret: { before, after: wanted.after },
  };
}

function fromLedger(step: VercelStep, live: Deployment, config: Variables) {
  const to = configTarget(step, {
    version: versionOf(live),
    config,
    isOf: (id, named) => deploymentOf(id) === named,
    obstacle: (wanted) => obstacle(config, wanted),
  });
  return { after: to.config, shown: configSource(to) };
}

/** Why one configuration cannot be put back over another; null where it can. */
export function obstacle(now: Variables, wanted: Variables): string | null {
  const names = unreadable(now, wanted);
  if (names.length === 0) return null;
  return `Vercel tells no value of ${names.join(', ')}, changed since: that configuration cannot be put back`;
}

async function act(
  step: VercelStep,
  prepared: Prepared,
): Promise<Readonly<Record<string, unknown>>> {
  const { from, to } = states(step, prepared);
  const kept = keptConfig(step, prepared);
  const project = await step.calls.project();
  refusePaused(step, project);
  refuseMoved(step, project, from.deployment_id);
  if (to.redeploy) refuseBusy(step, project, await step.calls.deployments());
  const store = configStore(step);
  const made = await withConfig(step, { kept, store }, async () =>
    to.redeploy ? buildAgain(step, from) : null,
  );
  return { ...rollbackResult(step, prepared, true), deployment_id: made?.id ?? null };
}

async function look(step: VercelStep, prepared: Prepared, called: Called): Promise<Looked> {
  const { to } = states(step, prepared);
  const kept = keptConfig(step, prepared);
  const ours = to.redeploy ? await built(step, called.since) : undefined;
  if (ours !== undefined) {
    const result = { ...rollbackResult(step, prepared, true), deployment_id: ours.uid };
    return { kind: 'done', result };
  }
  const { settings } = await readConfig(step.calls);
  if (!to.redeploy && whereIs(kept, settings) === 'after') {
    return { kind: 'done', result: rollbackResult(step, prepared, true) };
  }
  const seen = nothingSeen(step, called, to.redeploy ? 'new deployment' : 'new setting');
  return seen.kind === 'not_done' ? leftAt(kept, settings) : seen;
}

/** Settings are put back only under what they were live with, while nothing is on its way. @throws {AppError} `refused` */
export async function refuseUnderWay(step: VercelStep, from: string): Promise<void> {
  const project = await step.calls.project();
  refuseMoved(step, project, from);
  refuseBusy(step, project, await step.calls.deployments());
}

async function report(step: VercelStep, prepared: Prepared, since: Date): Promise<Reported> {
  const { to } = states(step, prepared);
  const result = rollbackResult(step, prepared, true);
  if (to.redeploy) return reportBuild(step, since, result);
  const where = whereIs(keptConfig(step, prepared), (await readConfig(step.calls)).settings);
  if (where === 'after') return { kind: 'done', result };
  return {
    kind: 'failed',
    why: 'the settings were changed since',
    result: rollbackResult(step, prepared, false),
  };
}

const states = (step: VercelStep, prepared: Prepared) =>
  storedStates(step, prepared, { before: BuildSource, after: After, between: 'deployments' });
