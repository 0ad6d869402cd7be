import type { Told } from '../../flows/replay/told.js';
import type { ReplayOptions } from '../../flows/replay/watch.js';
import { AGENT_ACTIONS } from '../../platforms/agent.js';
import { FLY_ACTIONS } from '../../platforms/fly.js';
import { GITHUB_ACTIONS } from '../../platforms/github.js';
import { KUBERNETES_ACTIONS } from '../../platforms/kubernetes.js';
import { MCP_ACTIONS } from '../../platforms/mcp.js';
import { NEON_ACTIONS } from '../../platforms/neon.js';
import { RENDER_ACTIONS } from '../../platforms/render.js';
import { RENDER_POSTGRES_ACTIONS } from '../../platforms/render-postgres.js';
import { ROLLBACK_KINDS } from '../../platforms/rollback-kinds.js';
import { VERCEL_ACTIONS } from '../../platforms/vercel.js';
import { WEBHOOK_ACTIONS } from '../../platforms/webhook.js';
import { type Account, newAccount, note } from './account.js';
import { type Crew, crewOfOne } from './crew.js';
import { forkedCrew } from './forked-crew.js';
import type { BacktestInput } from './input.js';
import { planTicks } from './plan-ticks.js';
import { type PredictionsFile, predictionLines } from './predictions-file.js';
import { runReplay, type Ticked } from './run-replay.js';

/** Assessments below which other processes would take longer to start than they save. */
const FEW = 4000;

/** How a backtest runs. */
export interface RunOptions {
  readonly processes: number;
  /** Where each tick's predictions go; null keeps none. */
  readonly out: PredictionsFile | null;
  /** Whether what is said at each tick is kept, to be judged. */
  readonly isJudged: boolean;
  /** Is told how far it has come: ticks that are done, and all. */
  readonly progress: (done: number, all: number) => void;
}

/** What can be done to components in general; what each allows is told by itself. */
const EXECUTORS: ReplayOptions['executors'] = {
  render: { actions: RENDER_ACTIONS, rollbacks: ROLLBACK_KINDS },
  render_postgres: { actions: RENDER_POSTGRES_ACTIONS },
  vercel: { actions: VERCEL_ACTIONS, rollbacks: ROLLBACK_KINDS },
  github: { actions: GITHUB_ACTIONS },
  fly: { actions: FLY_ACTIONS, rollbacks: ROLLBACK_KINDS },
  kubernetes: { actions: KUBERNETES_ACTIONS, rollbacks: ROLLBACK_KINDS },
  neon: { actions: NEON_ACTIONS },
  webhook: { actions: WEBHOOK_ACTIONS },
  mcp: { actions: MCP_ACTIONS },
  agent: { actions: AGENT_ACTIONS },
};

function crewFor(input: BacktestInput, ticks: number, options: ReplayOptions, processes: number) {
  const few = ticks * input.histories.length < FEW;
  return few || processes === 1
    ? Promise.resolve(crewOfOne(input.histories, options))
    : forkedCrew(input.histories, options, processes);
}

/**
 * Run the live code over a history, as it would have been seen.
 *
 * @returns an account of each component, in the order of names
 */
export async function runBacktest(input: BacktestInput, run: RunOptions): Promise<Account[]> {
  const { fleet, settings, calibrations, everyMs, toldFrom } = input;
  const { rules } = fleet;
  const options: ReplayOptions = { settings, executors: EXECUTORS, calibrations, rules, everyMs };
  const ticks = planTicks(input.from, input.to, everyMs);
  const names = new Map(fleet.components.map(({ id, name }) => [id, name]));
  const accounts = [...names].map(([id, name]) => newAccount(id, name));
  const crew: Crew = await crewFor(input, ticks.until - ticks.from, options, run.processes);
  const places = new Map([...names.keys()].map((id, place) => [id, place]));
  const placeOf = ({ componentId }: Told): number => places.get(componentId) ?? 0;
  let done = 0;
  const take = async (unsorted: readonly Told[], all: readonly Ticked[]): Promise<void> => {
    done += all.length;
    run.progress(done, ticks.until - ticks.from);
    const told = unsorted.toSorted((a, b) => placeOf(a) - placeOf(b));
    const now = all.filter((tick) => tick.now.getTime() >= toldFrom);
    for (const [i, account] of accounts.entries()) {
      const own = told[i];
      if (own !== undefined) note(account, own, now, run.isJudged);
    }
    await run.out?.write(predictionLines(told, now, names));
  };
  try {
    await runReplay({ crew, fleet, ticks, options }, take);
  } finally {
    crew.close();
  }
  return accounts;
}
