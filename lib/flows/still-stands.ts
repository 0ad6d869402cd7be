import type { App } from '../app.js';
import { AppError } from '../errors.js';
import type { ActionRequest, Prepared } from '../platforms/platform.js';
import type { StoredRecovery } from '../store/recoveries.js';
import { incidentOpenedAt } from './incident-opened.js';

type State = Readonly<Record<string, unknown>> | null;

/** What tells versions apart at one platform or another; a way back may agree in one and not in the others. */
const VERSION = [
  'commit',
  'image_sha',
  'image',
  'artifact_id',
  'template_key',
  'sha',
  'deployment_id',
  'origin',
] as const;

/** What tells states apart of which no version is known; beside a version it says nothing, for many have the same. */
const NUMBER = ['instances'] as const;

/** Whether two states agree in any part by which versions are told apart, or else in their number of copies. */
export function agrees(one: State, other: State): boolean {
  const known = (state: State, part: string): boolean => (state?.[part] ?? null) !== null;
  const sharedOf = (parts: readonly string[]) =>
    parts.filter((part) => known(one, part) && known(other, part));
  const versions = sharedOf(VERSION);
  const shared = versions.length > 0 ? versions : sharedOf(NUMBER);
  return shared.length === 0 || shared.some((part) => one?.[part] === other?.[part]);
}

/**
 * Refuse what would put away something else than was decided on: an undo where what it takes back does not
 * stand any more, and an automatic rollback of a version that went live only after its incident had opened
 * (a hotfix, say: the way back from it leads to the culprit), or an automatic scaling that would take copies away,
 * for it was decided on when there were fewer. What a person asked to be rolled back is what they saw: a version that
 * went live only afterwards, while a message waited, is not it.
 *
 * @param undone - what it takes back; undefined where it is no undo
 * @param prepared - what the platform has just found
 * @throws {AppError} `refused`
 */
export async function requireStanding(
  app: App,
  recovery: StoredRecovery,
  undone: ActionRequest['undoes'],
  { before }: Prepared,
): Promise<void> {
  const { origin, action, component } = recovery;
  if (undone !== undefined) {
    if (agrees(before, undone.after)) return;
    throw new AppError('refused', `${component}: what it would undo does not stand any more`);
  }
  if (origin === 'person') return requireSeen(recovery, before);
  if (origin !== 'automatic') return;
  if (action.name === 'scale') requireMore(component, before, action.to);
  if (action.name !== 'rollback') return;
  const openedAt = await incidentOpenedAt(app, recovery.incidentId);
  if (openedAt !== null) requireOlder(component, before, openedAt);
}

/** @throws {AppError} `refused` where what is live went live after an instant, or nobody knows whether it did */
function requireOlder(component: string, before: State, openedAt: Date): void {
  if (before?.['live_from'] === null) {
    throw new AppError(
      'refused',
      `${component}: nobody knows whether what is live was so when the incident opened`,
    );
  }
  const since = liveSince(before);
  if (since === null || since <= openedAt) return;
  throw new AppError(
    'refused',
    `${component}: what is live went live after the incident had opened, so it is not to blame`,
  );
}

/** @throws {AppError} `refused` where what is live is known to have gone live after a person had asked */
function requireSeen({ action, component, createdAt }: StoredRecovery, before: State): void {
  if (action.name !== 'rollback') return;
  const since = liveSince(before);
  if (since === null || since <= createdAt) return;
  throw new AppError(
    'refused',
    `${component}: what is live went live after this was asked for: ask again if it is still wanted`,
  );
}

/** When what is live went live, or at least when it was made; null where a platform tells neither. */
function liveSince(before: State): Date | null {
  const { live_from: liveFrom, created_at: madeAt } = before ?? {};
  const since = liveFrom ?? madeAt;
  return typeof since === 'string' ? new Date(since) : null;
}

/** A plan only ever scales up. */
function requireMore(component: string, before: State, to: number): void {
  const now = before?.['instances'];
  if (typeof now !== 'number' || now < to) return;
  throw new AppError('refused', `${component} has ${now} instances by now, and was to get ${to}`);
}
