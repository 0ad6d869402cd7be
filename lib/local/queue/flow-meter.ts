import { SECOND } from '../../domain/time.js';
import type { Plan } from './plan.js';
import type { Flow } from './tables.js';

/** How much of a flow control key's limits is used at this moment. */
export interface FlowUse {
  /** Deliveries under way. */
  readonly active: number;
  /** Deliveries started in the current period. */
  readonly started: number;
  /** Start of the current period in milliseconds. */
  readonly periodStartMs: number;
}

/** Counts deliveries per flow control key. In memory: after a restart nothing is under way. */
export interface FlowMeter {
  /**
   * How long the next delivery under a key has to wait.
   *
   * @returns 0 when it may start now, the milliseconds to the next period when the rate is used
   * up, `Infinity` when only an event can help (a pause, or too many under way)
   */
  waitMs(flow: Flow): number;
  /** A delivery begins; without a key nothing is counted. */
  start(key: string | null): void;
  finish(key: string | null): void;
  /** Forget what the current period has used and begin a new one. */
  reset(key: string): void;
  use(flow: Flow): FlowUse;
}

/** Make a meter with nothing counted. */
export function createFlowMeter(plan: Plan): FlowMeter {
  const uses = new Map<string, { active: number; started: number; periodStartMs: number }>();

  function counted(key: string) {
    const use = uses.get(key) ?? { active: 0, started: 0, periodStartMs: plan.now() };
    uses.set(key, use);
    return use;
  }

  // The period's end comes sooner or later only by the scale: counts are never scaled.
  function current(flow: Flow) {
    const use = counted(flow.key);
    const elapsedMs = plan.now() - use.periodStartMs;
    if (elapsedMs < 0 || elapsedMs >= periodMs(flow, plan)) {
      use.started = 0;
      use.periodStartMs = plan.now();
    }
    return use;
  }

  return {
    waitMs(flow) {
      const use = current(flow);
      const { parallelism = Number.POSITIVE_INFINITY, rate = Number.POSITIVE_INFINITY } =
        flow.limits;
      if (flow.paused || use.active >= parallelism) {
        return Number.POSITIVE_INFINITY;
      }
      const restMs = use.periodStartMs + periodMs(flow, plan) - plan.now();
      return use.started < rate ? 0 : Math.max(1, restMs);
    },
    start(key) {
      if (key !== null) {
        counted(key).active += 1;
        counted(key).started += 1;
      }
    },
    finish(key) {
      if (key !== null) {
        counted(key).active -= 1;
      }
    },
    reset(key) {
      counted(key).started = 0;
      counted(key).periodStartMs = plan.now();
    },
    use: (flow) => ({ ...current(flow) }),
  };
}

function periodMs(flow: Flow, plan: Plan): number {
  return (flow.limits.periodS ?? 1) * SECOND * plan.timeScale;
}
