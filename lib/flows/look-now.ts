import type { App } from '../app.js';
import type { Settings } from '../domain/settings.js';
import { type Control, readControl } from '../store/control.js';
import { readWindows, type Watched } from '../store/windows.js';
import { type Assessed, assessWatched } from './assess.js';
import { calibrationInForce } from './calibration-in-force.js';

/** A component as it is now, assessed for one question and not remembered. */
export interface Look extends Assessed {
  readonly watched: Watched;
  readonly now: Date;
}

/**
 * Assess one component at this instant; null when there is none of that id.
 *
 * @param control - the control row, where it has been read; else it is read at the same time as the window
 */
export async function lookNow(
  app: App,
  componentId: number,
  settings: Settings,
  control?: Control | null,
): Promise<Look | null> {
  const [{ now, watched }, present] = await Promise.all([
    readWindows(app.sql, {
      fromId: componentId,
      toId: componentId,
      windowS: settings.windowS,
      points: settings.windowPoints,
      at: app.at,
    }),
    control === undefined ? readControl(app.sql) : control,
  ]);
  const { calibration } = calibrationInForce(app, present?.calibration);
  const [one] = watched;
  if (one === undefined) return null;
  return { ...assessWatched(one, { settings, now, calibration }), watched: one, now };
}
