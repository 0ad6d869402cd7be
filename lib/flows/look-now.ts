import type { App } from '../app.js';
import type { Settings } from '../domain/settings.js';
import { readWindows, type Watched } from '../store/windows.js';
import { type Assessed, assessWatched } from './assess.js';

/** A component as it is now, assessed for one question and not remembered. */
export interface Look extends Assessed {
  readonly watched: Watched;
  readonly now: Date;
}

/** Assess one component at this instant; null when there is none of that id. */
export async function lookNow(
  app: App,
  componentId: number,
  settings: Settings,
): Promise<Look | null> {
  const { now, watched } = await readWindows(app.sql, {
    fromId: componentId,
    toId: componentId,
    windowS: settings.windowS,
    points: settings.windowPoints,
    at: app.at,
  });
  const [one] = watched;
  if (one === undefined) return null;
  return { ...assessWatched(one, one.memory.scores, settings, now), watched: one, now };
}
