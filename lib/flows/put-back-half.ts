import type { App } from '../app.js';
import { AppError } from '../errors.js';
import type { Prepared } from '../platforms/platform.js';
import { componentsById } from '../store/components.js';
import type { StoredRecovery } from '../store/recoveries.js';
import { keepPutBack } from '../store/recovery-progress.js';
import { askGuards } from './ask-guards.js';
import { type Attempt, isWorthAgain } from './attempt.js';
import { canPutBack } from './half-done.js';
import { targetOf } from './target.js';

/** What became of what was half done. */
export interface PutBack {
  readonly isBack: boolean;
  /** What a person must know of it: the names of what was changed, and whether it still is. */
  readonly text: string;
}

/**
 * Put back what a recovery that is given up has changed already: a change that nobody wants any more, and that the
 * next deployment would bring.
 *
 * It undoes a change, so that no limit and no freeze stops it; the kill switch does, as it stops every change
 * outside. It is looked at here, and once more in the statement that keeps the claim.
 *
 * @param half - what is changed, as the executor has just said
 * @throws {AppError} when a further attempt may help
 */
export async function putBackHalf(
  app: App,
  { held, recovery, platform, request, settings }: Omit<Attempt, 'attempts' | 'startedAt'>,
  prepared: Prepared,
  half: string,
): Promise<PutBack> {
  const left = (why: string): PutBack => ({ isBack: false, text: `${half}; not put back: ${why}` });
  if (platform.putBack === undefined || !canPutBack(platform, recovery)) {
    return { isBack: false, text: `it is half done: ${half}` };
  }
  const bar = await barOf(app, recovery);
  if (bar !== null) return left(bar);
  const kept = await keepPutBack(app.sql, held, settings.claimS);
  if (kept.length === 0) return left('everything was paused meanwhile');
  try {
    await platform.putBack(request, prepared);
    return { isBack: true, text: `${half}; put back` };
  } catch (error) {
    if (isWorthAgain(error) || !(error instanceof AppError)) throw error;
    return left(error.message);
  }
}

/** What forbids any change outside, an undoing one too; null where nothing does. */
async function barOf(app: App, recovery: StoredRecovery): Promise<string | null> {
  const { id, action, componentId } = recovery;
  const component = (await componentsById(app.sql, [componentId])).get(componentId);
  if (component === undefined) return 'the component was removed';
  if (targetOf(recovery, component).moved) return 'the component was moved elsewhere';
  const asked = { component, action, origin: 'undo', overrides: [], itself: id } as const;
  const { verdicts } = await askGuards(app, { ...asked, premise: null });
  const killSwitch = verdicts.find(({ guard }) => guard === 'kill_switch');
  return killSwitch?.outcome === 'refuse' ? killSwitch.why : null;
}
