import { ComponentConfig } from '../../domain/component.js';
import type { StatedLimits } from '../../domain/metrics.js';
import type { Settings } from '../../domain/settings.js';
import { MINUTE, SECOND } from '../../domain/time.js';
import type { ComponentHistory, Copy } from '../../flows/replay/history.js';
import type { ComponentView } from '../../store/components.js';
import type { BacktestInput } from './input.js';
import { type LimitsFile, readLimits } from './limits-file.js';
import type { BacktestMode, BacktestOptions } from './options.js';
import { readSamples, type Samples } from './samples-file.js';

/** How often a fleet is looked at where nothing else is said. */
const EVERY_MS = 5 * MINUTE;

const firstOf = (copies: readonly Copy[]): number =>
  Math.min(...copies.map(({ at }) => at[0] ?? Number.POSITIVE_INFINITY));
const lastOf = (copies: readonly Copy[]): number =>
  Math.max(...copies.map(({ at }) => at.at(-1) ?? Number.NEGATIVE_INFINITY));

interface Given {
  readonly name: string;
  readonly copies: readonly Copy[];
  readonly limits: StatedLimits;
  readonly mode: BacktestMode;
}

/**
 * A component of which only its samples are known: nobody says where it runs, so it is taken to have an agent,
 * which can do most; and it is known from its first sample on.
 */
function historyOf({ name, copies, limits, mode }: Given, index: number): ComponentHistory {
  const config = ComponentConfig.parse({
    platform: { type: 'agent' },
    mode: mode === 'own' ? 'observe' : mode,
    limits,
  });
  return {
    component: { ...config, id: index + 1, name, createdAt: new Date(firstOf(copies)) },
    agentPresent: true,
    copies,
    firstSampleAt: null,
    resets: [],
    deployments: [],
  };
}

/** A component as the decisions read it. */
export function viewOf({ component, agentPresent }: ComponentHistory): ComponentView {
  return { ...component, agentPresent, assessment: null, assessedAt: null, incidentId: null };
}

function checkLimits(limits: LimitsFile, samples: Samples, file: string): void {
  const unknown = [...limits.keys()].find((name) => !samples.has(name));
  if (unknown === undefined) return;
  throw new Error(
    `${file} cannot be used: the history holds no component ${JSON.stringify(unknown)}`,
  );
}

/**
 * Read what a backtest of a file runs over.
 *
 * @param told - is told from time to time how many rows have been read
 * @throws {Error} in one line, when a file cannot be used
 */
export async function fileInput(
  file: string,
  options: BacktestOptions,
  settings: Settings,
  told: (rows: number) => void,
): Promise<BacktestInput> {
  const limits: LimitsFile = options.limits === null ? new Map() : await readLimits(options.limits);
  const samples = await readSamples(file, told);
  checkLimits(limits, samples, options.limits ?? '');
  const histories = [...samples]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, copies], index) => {
      const { mode } = options;
      return historyOf({ name, copies, limits: limits.get(name) ?? {}, mode }, index);
    });
  const everyMs = options.everyMs ?? EVERY_MS;
  const all = histories.map(({ copies }) => copies);
  const from = all.reduce((least, copies) => Math.min(least, firstOf(copies)), Infinity);
  const to = all.reduce((most, copies) => Math.max(most, lastOf(copies)), -Infinity);
  return {
    title: file,
    histories,
    fleet: {
      components: histories.map(viewOf),
      ...{ deployments: [], freezes: [], rules: [], recoveries: [] },
    },
    settings: { ...settings, intervalS: everyMs / SECOND },
    calibrations: [],
    everyMs,
    from,
    to,
    toldFrom: from,
  };
}
