import type { Assessment, Level } from '../../domain/assessment.js';
import type { Glance, Happening, Look, Watcher } from './watch.js';

/** A component's states by their code; code 0 is a component that nobody knows yet. */
export const STATES = ['healthy', 'degraded', 'failing', 'unknown'] as const;

/** Levels by their code. */
export const LEVELS = [null, 'medium', 'high', 'critical'] as const;

/**
 * What looking at one component came to, over a block of ticks, in columns: it is sent from process to
 * process, and kept where it is to be judged.
 */
export interface Told {
  readonly componentId: number;
  /** Of each tick; see {@link STATES}. */
  readonly state: Uint8Array;
  /** The prediction's level; see {@link LEVELS}. */
  readonly level: Uint8Array;
  /** The level that hysteresis holds. */
  readonly raised: Uint8Array;
  /** Three for each tick: within 1, 6 and 24 horizons of an hour; NaN where nothing can be said. */
  readonly within: Float64Array;
  /** Three for each tick: low, likely and high, seconds; NaN where no failure is in sight. */
  readonly timeToFailureS: Float64Array;
  /** Index of its reasons in `reasonSets`. */
  readonly reasons: Uint16Array;
  readonly reasonSets: readonly (readonly string[])[];
  readonly happenings: readonly { readonly tick: number; readonly happening: Happening }[];
  /** The looks at ticks with an open incident, or at which something rises. */
  readonly looks: readonly { readonly tick: number; readonly look: Look }[];
}

/** The ticks of a block: whole numbers of intervals since the epoch, the last one not included. */
export interface Block {
  readonly from: number;
  readonly until: number;
}

interface Telling extends Told {
  readonly reasonSets: (readonly string[])[];
  readonly happenings: { readonly tick: number; readonly happening: Happening }[];
  readonly looks: { readonly tick: number; readonly look: Look }[];
}

/** Look at one component at every tick of a block, and tell what came of it. Ticks are told by their place. */
export function tellBlock(
  componentId: number,
  watcher: Watcher,
  { from, until }: Block,
  everyMs: number,
): Told {
  const count = until - from;
  const told: Telling = {
    componentId,
    state: new Uint8Array(count),
    level: new Uint8Array(count),
    raised: new Uint8Array(count),
    within: new Float64Array(3 * count).fill(Number.NaN),
    timeToFailureS: new Float64Array(3 * count).fill(Number.NaN),
    reasons: new Uint16Array(count),
    reasonSets: [[]],
    happenings: [],
    looks: [],
  };
  for (let tick = 0; tick < count; tick += 1) {
    const glance = watcher(new Date((from + tick) * everyMs));
    if (glance !== null) tell(told, tick, glance);
  }
  return told;
}

function tell(told: Telling, tick: number, glance: Glance): void {
  const { assessment, last, happening, opening = null, isOpen } = glance;
  const { prediction, state } = assessment;
  told.state[tick] = STATES.indexOf(state) + 1;
  told.level[tick] = LEVELS.indexOf(prediction.level);
  told.raised[tick] = LEVELS.indexOf(last.memory.raised);
  told.reasons[tick] = reasonsCode(told.reasonSets, prediction.reasons);
  tellNumbers(told, tick, assessment);
  if (happening !== null) told.happenings.push({ tick, happening });
  // Of what rises in its peers a component's group has to know before an incident opens.
  if (isOpen || Object.keys(last.memory.rising ?? {}).length > 0) {
    told.looks.push({ tick, look: { last, assessment, opening } });
  }
}

function tellNumbers(told: Told, tick: number, { prediction, samples }: Assessment): void {
  // Without a sample in the window, zeros would be made up.
  if (samples === 0) return;
  const { horizons, timeToFailureS } = prediction;
  told.within.set([horizons['1h'], horizons['6h'], horizons['24h']], 3 * tick);
  if (timeToFailureS === null) return;
  const { low, likely, high } = timeToFailureS;
  told.timeToFailureS.set([low, likely, high], 3 * tick);
}

function reasonsCode(sets: (readonly string[])[], reasons: readonly string[]): number {
  if (reasons.length === 0) return 0;
  const known = sets.findIndex(
    (set) => set.length === reasons.length && set.every((reason, i) => reason === reasons[i]),
  );
  return known >= 0 ? known : sets.push(reasons) - 1;
}

/** What was told of one tick, in words and numbers; null where nobody knew the component yet. */
export interface TickTold {
  readonly state: Assessment['state'];
  readonly level: Level;
  readonly raised: Level;
  /** Null where there was nothing to tell from. */
  readonly within: readonly [number, number, number] | null;
  /** Low, likely, high, seconds. */
  readonly timeToFailureS: readonly [number, number, number] | null;
  readonly reasons: readonly string[];
}

/** Read what was told of one tick. */
export function toldAt(told: Told, tick: number): TickTold | null {
  const state = STATES[(told.state[tick] ?? 0) - 1];
  if (state === undefined) return null;
  return {
    state,
    level: LEVELS[told.level[tick] ?? 0] ?? null,
    raised: LEVELS[told.raised[tick] ?? 0] ?? null,
    within: threeOf(told.within, tick),
    timeToFailureS: threeOf(told.timeToFailureS, tick),
    reasons: told.reasonSets[told.reasons[tick] ?? 0] ?? [],
  };
}

function threeOf(column: Float64Array, tick: number): [number, number, number] | null {
  const [a, b, c] = column.subarray(3 * tick, 3 * tick + 3);
  if (a === undefined || b === undefined || c === undefined || Number.isNaN(b)) return null;
  return [a, b, c];
}
