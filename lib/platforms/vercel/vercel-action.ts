import type { VendorAction, VendorStep } from '../vendor-action.js';
import { refuse } from '../vendor-action.js';
import type { Deployment, Project } from './answers.js';
import type { VercelCalls } from './calls.js';

/** What one step of an action at Vercel works with; its target is a project id. */
export interface VercelStep extends VendorStep {
  readonly calls: VercelCalls;
  /** The plan that the project is on: Hobby returns to the previous deployment only. */
  readonly plan: 'hobby' | 'pro';
}

/** One action at Vercel. */
export type VercelAction = VendorAction<VercelStep>;

/** States that nothing follows by itself; any other, an unknown one too, is a build in progress. */
const ENDED: ReadonlySet<string> = new Set(['READY', 'ERROR', 'CANCELED', 'DELETED', 'BLOCKED']);

/** Why production is moving by itself just now, so that nobody knows what an action would meet; or null. */
export function moving(
  { lastAliasRequest: last }: Project,
  deployments: readonly Deployment[],
): string | null {
  if (last != null && (last.jobStatus === 'pending' || last.jobStatus === 'in-progress')) {
    return `a ${last.type} to ${last.toDeploymentId} is in progress: wait for its end`;
  }
  const building = deployments.find(({ state }) => !ENDED.has(state));
  if (building !== undefined) {
    const { uid, state } = building;
    return `deployment ${uid} is in progress (${state.toLowerCase()}): wait for its end`;
  }
  const rolling = deployments.find(({ readySubstate }) => readySubstate === 'ROLLING');
  return rolling === undefined
    ? null
    : `deployment ${rolling.uid} is being rolled out in stages: complete or abort that first`;
}

/** The deployment that serves production, or null. */
export const liveId = ({ targets }: Project): string | null => targets.production?.id ?? null;

/** Refuse unless production stands where it stood when the action was decided on. */
export function refuseMoved(step: VercelStep, project: Project, expected: string): void {
  const now = liveId(project);
  if (now === expected) return;
  refuse(step, `production has moved from ${expected} to ${now ?? 'nothing'} meanwhile`);
}

/** Refuse what would do nothing, or something else, at a project as it is. */
export function refusePaused(step: VercelStep, { paused }: Project): void {
  if (paused) refuse(step, 'the project is paused: resume it first');
}
