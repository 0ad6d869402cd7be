import type { Sample } from '../metrics.js';

/** One metric of one instance; lines of one instance may share their instants. */
export interface Line {
  readonly metric: string;
  readonly instance: string;
  /** Milliseconds since the epoch, strictly increasing. */
  readonly at: readonly number[];
  /** Finite values, one for each instant. */
  readonly y: readonly number[];
}

interface Growing {
  readonly metric: string;
  readonly at: number[];
  readonly y: number[];
}

/** The worse of two values that claim the same instant: order must not matter. */
function tell({ at, y }: Growing, time: number, value: number): void {
  const last = at.length - 1;
  if (at[last] !== time) {
    at.push(time);
    // Adding 0 makes a negative zero an ordinary one.
    y.push(value + 0);
  } else if (value > (y[last] ?? value)) {
    y[last] = value;
  }
}

/** Finds the line of each metric; samples of one sender name theirs in one order, which costs no look-up. */
function growingLines(): { lines: Growing[]; of: (metric: string, guess: number) => Growing } {
  const lines: Growing[] = [];
  const known = new Map<string, Growing>();
  const of = (metric: string, guess: number): Growing => {
    const likely = lines[guess];
    if (likely?.metric === metric) return likely;
    const line = known.get(metric) ?? { metric, at: [], y: [] };
    if (!known.has(metric)) {
      known.set(metric, line);
      lines.push(line);
    }
    return line;
  };
  return { lines, of };
}

/** Whether all times are finite and none lies before its predecessor. */
function isOrdered(samples: readonly Sample[]): boolean {
  let last = Number.NEGATIVE_INFINITY;
  for (const { at } of samples) {
    const time = at.getTime();
    if (!(time >= last && time < Number.POSITIVE_INFINITY)) return false;
    last = time;
  }
  return true;
}

function inOrder(samples: readonly Sample[]): readonly Sample[] {
  if (isOrdered(samples)) return samples;
  return samples
    .filter(({ at }) => Number.isFinite(at.getTime()))
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** The lines of one instance, from its samples oldest first. */
function linesOfOne(instance: string, samples: readonly Sample[]): Line[] {
  const { lines, of } = growingLines();
  for (const { at, values } of samples) {
    const time = at.getTime();
    let place = 0;
    for (const metric in values) {
      const value = Object.hasOwn(values, metric) ? values[metric] : undefined;
      if (value !== undefined && Number.isFinite(value)) tell(of(metric, place), time, value);
      place += 1;
    }
  }
  const [first] = lines;
  return lines.map(({ metric, at, y }) => ({
    metric,
    instance,
    at: first !== undefined && isSame(first.at, at) ? first.at : at,
    y,
  }));
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((time, i) => time === b[i]));
}

function byInstance(samples: readonly Sample[]): Map<string, readonly Sample[]> {
  const [first] = samples;
  if (first === undefined) return new Map();
  if (samples.every(({ instance }) => instance === first.instance)) {
    return new Map([[first.instance, samples]]);
  }
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const group = groups.get(sample.instance);
    if (group === undefined) groups.set(sample.instance, [sample]);
    else group.push(sample);
  }
  return groups;
}

/**
 * Draw the lines of a component's samples: for each instance, each metric in the order of time.
 *
 * Times and values that are not finite are left out; where one instance claims two values for an
 * instant, the higher one stands. Samples that are in order, as they mostly are, are not sorted.
 */
export function linesOf(samples: readonly Sample[]): readonly Line[] {
  return [...byInstance(samples)].flatMap(([instance, own]) => linesOfOne(instance, inOrder(own)));
}
