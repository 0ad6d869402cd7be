import type { Settings } from '../../domain/settings.js';
import type { ComponentHistory } from '../../flows/replay/history.js';
import type { PastCalibration } from '../../flows/replay/past-calibrations.js';
import type { FleetHistory } from '../../flows/replay/world.js';

/** What a backtest runs over, wherever it comes from. */
export interface BacktestInput {
  /** Where it comes from, for a person. */
  readonly title: string;
  /** In the order of names. */
  readonly histories: readonly ComponentHistory[];
  readonly fleet: FleetHistory;
  readonly settings: Settings;
  readonly calibrations: readonly PastCalibration[];
  readonly everyMs: number;
  /** The first and the last instant looked at, milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** From when on it is told of: what lies before only warms up. */
  readonly toldFrom: number;
}
