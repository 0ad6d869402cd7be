import { circleOf, type DependsOn, upstreamsOf } from './dependencies.js';

/** A component in trouble, as its incident tells. */
export interface Bad {
  readonly component: string;
  /** When its incident opened. */
  readonly since: Date;
  readonly isFailing: boolean;
  /** Whether a change of its own, a deployment or of its configuration, is blamed for it. */
  readonly isOwnChange: boolean;
}

/** A dependency that a component's trouble comes from. */
export interface UpstreamBad {
  readonly name: string;
  /** When what depends on it may be judged by itself again; null while it is in trouble. */
  readonly settledAt: Date | null;
}

/** What {@link suspectsFor} looks at. */
export interface SuspectInput {
  readonly on: DependsOn;
  /** The components with open incidents. */
  readonly bad: readonly Bad[];
  /** Names of those in which something rises, as in their peers, and that have no incident. */
  readonly rising: readonly string[];
  /** How much later than what it causes a cause may be seen, seconds. */
  readonly lagS: number;
}

/**
 * The components that the trouble of one can come from.
 *
 * A cause comes before its effect, but for the time that it takes to be seen; nothing later than that is one.
 * Where a change of the component's own is blamed, only what was bad before it is. What only rises is no cause of
 * what fails already. Of components that depend on one another in a circle the first that was bad is the cause.
 */
export function suspectsFor(name: string, input: SuspectInput): Set<string> {
  const { on, bad, rising, lagS } = input;
  const own = bad.find(({ component }) => component === name);
  if (own === undefined) return new Set([...bad.map(({ component }) => component), ...rising]);
  const latest = own.since.getTime() + (own.isOwnChange ? 0 : lagS * 1000);
  const upstreams = new Set(upstreamsOf(name, on));
  const circle = circleOf(name, on);
  const before = bad.filter(
    (other) =>
      upstreams.has(other.component) &&
      other.since.getTime() <= latest &&
      !(isFirst(own, other) && circle.has(other.component)),
  );
  return new Set([...before.map(({ component }) => component), ...(own.isFailing ? [] : rising)]);
}

/** Whether one was bad before the other; of two at once the one whose name comes first. */
function isFirst(one: Bad, other: Bad): boolean {
  const apart = one.since.getTime() - other.since.getTime();
  return apart === 0 ? one.component < other.component : apart < 0;
}
