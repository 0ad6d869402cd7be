import * as z from 'zod';
import type { RevertStep } from './github-action.js';

/** Commits that are listed, at most; people are told of fewer at once. */
const LISTED = 20;
const TOLD = 5;

/** Characters of a commit's title that are shown, at most. */
const TITLE = 72;

/** Hash digits that a person reads. */
const SHORT = 7;

/** A commit as people write it. */
export const short = (sha: string): string => sha.slice(0, SHORT);

/** What a revert takes back where that is more than the newest change of its base; stored with the recovery. */
export const TakenBack = z.object({
  /** Oldest first, the first of them. */
  commits: z.array(z.object({ sha: z.string().min(1), title: z.string() })),
  /** How many there are; null where GitHub does not say. */
  total: z.number().int().nullable(),
  /** Whether what is returned to is a part of the history of what is live. */
  is_ancestor: z.boolean(),
});
export type TakenBack = z.infer<typeof TakenBack>;

/**
 * Look what lies between what is live and what a revert returns to.
 *
 * One repository may hold several components, and a revert puts all files back: a change between the two that was
 * meant for another component, and has long been live elsewhere, would be undone with the fault. One merge counts
 * as one change, however many commits it brought.
 *
 * @param live - the commit that is live and ends its base
 * @param to - the commit whose files are put back
 * @returns null where the newest change is all that is taken back
 */
export async function takenBack(
  { calls }: RevertStep,
  live: string,
  to: string,
): Promise<TakenBack | null> {
  const newest = await calls.commit(live);
  if (newest?.parents[0]?.sha === to) return null;
  const between = await calls.compare(to, live, LISTED);
  if (between === null) return { commits: [], total: null, is_ancestor: false };
  const isAncestor = between.status === 'ahead';
  const total = between.total_commits;
  if (isAncestor && total === 1) return null;
  const commits = between.commits
    .slice(0, LISTED)
    .map(({ sha, commit }) => ({ sha, title: titleOf(commit.message) }));
  return { commits, total, is_ancestor: isAncestor };
}

/** The first line of a message as plain text: nothing in it may end the code that it is shown as. */
function titleOf(message: string): string {
  const [first = ''] = message.split(/\r?\n/);
  const plain = first.replace(/[`\p{C}\s]+/gu, ' ').trim();
  return [...plain].slice(0, TITLE).join('');
}

/** How much is taken back, in words. */
export function takenBackText({ total, is_ancestor: isAncestor }: TakenBack): string {
  if (total === null) return 'GitHub does not say which commits it takes back';
  const many = `it takes back ${total === 1 ? '1 commit' : `${total} commits`}`;
  return isAncestor
    ? `${many}, not the newest change alone`
    : `${many}, and returns to what is not in the history of its base`;
}

/** The same with its commits, for one line. */
export function takenBackLine(taken: TakenBack): string {
  const told = taken.commits
    .slice(0, TOLD)
    .map(({ sha, title }) => `${short(sha)} ${title}`.trim());
  const all = [...told, ...moreThan(taken, told.length)].join(', ');
  return all === '' ? takenBackText(taken) : `${takenBackText(taken)}: ${all}`;
}

/** One line for each of its commits, as Markdown: titles as code, so that they name nobody and close nothing. */
export function takenBackList(taken: TakenBack): string {
  const lines = taken.commits.map(({ sha, title }) =>
    title === '' ? `- ${sha}` : `- ${sha} \`${title}\``,
  );
  return [...lines, ...moreThan(taken, lines.length).map((text) => `- ${text}`)].join('\n');
}

const moreThan = ({ total }: TakenBack, shown: number): string[] =>
  total !== null && total > shown ? [`and ${total - shown} more`] : [];
