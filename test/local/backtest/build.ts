import { ComponentConfig } from '../../../lib/domain/component.js';
import { Settings } from '../../../lib/domain/settings.js';
import type { ComponentHistory } from '../../../lib/flows/replay/history.js';
import type { Account } from '../../../lib/local/backtest/account.js';
import { viewOf } from '../../../lib/local/backtest/file-input.js';
import { inOrder } from '../../../lib/local/backtest/in-order.js';
import type { BacktestInput } from '../../../lib/local/backtest/input.js';
import { runBacktest } from '../../../lib/local/backtest/run-backtest.js';

const MINUTE = 60_000;

/** An instant to count from. */
export const START = Date.UTC(2026, 0, 5);

/** A row of a component: minutes from {@link START}, and its metrics. */
export type Row = readonly [minute: number, values: Readonly<Record<string, number>>];

/** A row a minute, from a function of the minute. */
export function everyMinute(count: number, values: (minute: number) => Row[1]): Row[] {
  return Array.from({ length: count }, (_, minute) => [minute, values(minute)]);
}

/** A component's history of rows in any order. */
export function historyOf(
  name: string,
  rows: readonly Row[],
  config: object = {},
): Omit<ComponentHistory, 'component'> & { name: string; config: object } {
  const metrics = [...new Set(rows.flatMap(([, values]) => Object.keys(values)))];
  const copy = inOrder(
    '',
    Float64Array.from(rows, ([minute]) => START + minute * MINUTE),
    metrics.map((metric) => ({
      metric,
      values: Float64Array.from(rows, ([, values]) => values[metric] ?? Number.NaN),
    })),
  );
  return {
    name,
    config,
    agentPresent: true,
    copies: [copy],
    firstSampleAt: null,
    resets: [],
    deployments: [],
  };
}

/** How a backtest of a test differs. */
export interface Given {
  readonly settings?: object;
  readonly everyMinutes?: number;
  readonly untilMinute: number;
}

/** Put a backtest together. */
export function inputOf(histories: ReturnType<typeof historyOf>[], given: Given): BacktestInput {
  const everyMs = (given.everyMinutes ?? 1) * MINUTE;
  const built = histories.map(({ name, config, ...rest }, i): ComponentHistory => {
    const first = rest.copies[0]?.at[0] ?? START;
    const known = ComponentConfig.parse({ platform: { type: 'agent' }, mode: 'auto', ...config });
    return { ...rest, component: { ...known, id: i + 1, name, createdAt: new Date(first) } };
  });
  return {
    title: 'a test',
    histories: built,
    fleet: {
      components: built.map(viewOf),
      ...{ deployments: [], freezes: [], rules: [], recoveries: [] },
    },
    settings: Settings.parse({ intervalS: everyMs / 1000, minHistoryS: 0, ...given.settings }),
    calibrations: [],
    everyMs,
    from: START,
    to: START + given.untilMinute * MINUTE,
    toldFrom: START,
  };
}

/** Run a backtest in this process; answers the accounts, and the lines that it would have written. */
export async function backtest(
  input: BacktestInput,
): Promise<{ accounts: Account[]; lines: string[] }> {
  const lines: string[] = [];
  const accounts = await runBacktest(input, {
    processes: 1,
    isJudged: true,
    progress: () => undefined,
    out: {
      write: async (text) => void lines.push(...text.split('\n').filter((line) => line !== '')),
      keep: async () => undefined,
      discard: async () => undefined,
    },
  });
  return { accounts, lines };
}
