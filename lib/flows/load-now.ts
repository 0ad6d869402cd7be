import type { App } from '../app.js';
import { type LoadNow, usualLoad } from '../domain/decide/comparable-load.js';
import type { Settings } from '../domain/settings.js';
import { readLoad, selectLoad } from '../store/load-history.js';

/** How far back the usual load is looked for: a peak is longer, and the way to it mostly, too. */
const USUAL_S = 3600;

/**
 * The load of a component that evidence is compared with: what was usual in the hour before its trouble.
 *
 * @param before - when the trouble was seen; null, where there is none, is now
 */
export async function loadNow(
  app: App,
  componentId: number,
  before: Date | null,
  { comparableLoadShare }: Pick<Settings, 'comparableLoadShare'>,
): Promise<LoadNow> {
  const rows = await selectLoad(app.sql, { componentId, withinS: USUAL_S, until: before });
  return { requestRate: usualLoad(readLoad(rows)), share: comparableLoadShare };
}
