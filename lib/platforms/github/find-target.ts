import { refuse } from '../vendor-action.js';
import type { Deployment } from './answers.js';
import type { GitHubStep } from './github-action.js';
import { type RollbackTarget, rollbackTarget, type Told } from './rollback-target.js';
import { newestDeployments, readTold } from './told.js';

/** Deployments that a look reads first: the live one and the one before, and one more where files are compared. */
const LOOKED_AT_FIRST = { bySha: 2, byFiles: 3 };

/** The hash of the files of what was deployed, by commit; without those that are not known. */
export type Trees = ReadonlyMap<string, string>;

/** Between which deployments a rollback goes, with what was read for it. */
export interface FoundTarget {
  readonly told: readonly Told[];
  readonly from: Deployment;
  readonly to: Deployment;
  /** Empty where versions are told apart by their commits. */
  readonly trees: Trees;
}

/** What was read, and what follows from it. */
interface Choice {
  readonly told: readonly Told[];
  readonly trees: Trees;
  readonly target: RollbackTarget;
}

/**
 * Read the environment's deployments, and choose between which of them a rollback goes.
 *
 * A look whether that could be done is hourly and for every component, so it reads the newest few, and the others
 * only where those leave it open.
 *
 * @param treesOf - reads the files' hashes, where files tell versions apart; commits do by default
 * @throws {AppError} `refused` where there is nothing to return to
 */
export async function findTarget(
  step: GitHubStep,
  treesOf?: (told: readonly Told[]) => Promise<Trees>,
): Promise<FoundTarget> {
  const newest = await newestDeployments(step);
  const choose = async (told: readonly Told[]): Promise<Choice> => {
    const trees = (await treesOf?.(told)) ?? new Map<string, string>();
    return { told, trees, target: chosen(step, told, trees) };
  };
  const first = step.request.onlyLook === true ? LOOKED_AT_FIRST : null;
  const most = first?.[treesOf === undefined ? 'bySha' : 'byFiles'] ?? newest.length;
  const rest = newest.slice(most);
  let choice = await choose(await readTold(step, newest.slice(0, most)));
  if (rest.length > 0 && !isSettled(choice, rest, treesOf !== undefined)) {
    choice = await choose([...choice.told, ...(await readTold(step, rest))]);
  }
  const { target, told, trees } = choice;
  if (target.kind === 'refused') return refuse(step, target.why);
  return { told, trees, from: target.from, to: target.to };
}

function chosen({ request }: GitHubStep, told: readonly Told[], trees: Trees): RollbackTarget {
  const { action, byPerson } = request;
  const versionOf = ({ sha }: Deployment): string => trees.get(sha) ?? sha;
  const to = action.name === 'rollback' ? action.to : undefined;
  return rollbackTarget(told, { to, byPerson, versionOf });
}

/**
 * Whether what was not read would hardly change the choice: the live commit was not live before, nor are its files
 * those of what was deployed before the target, which is what a merged revert looks like.
 */
function isSettled(
  { target, told }: Choice,
  rest: readonly Deployment[],
  byFiles: boolean,
): boolean {
  if (target.kind === 'refused' || rest.some(({ sha }) => sha === target.from.sha)) return false;
  const before = told.slice(told.findIndex(({ deployment }) => deployment === target.to) + 1);
  return !byFiles || before.some(({ states }) => states.includes('success'));
}
