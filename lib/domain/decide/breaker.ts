import type { Settings } from '../settings.js';
import type { BreakerFacts } from './facts.js';

/** What the record of one action on one component allows. */
export type Breaker =
  | { readonly state: 'closed'; readonly failures: number }
  | { readonly state: 'open'; readonly failures: number; readonly until: Date }
  | { readonly state: 'half_open'; readonly failures: number; readonly since: Date };

/**
 * Whether an action has failed so often that it should not be tried by itself.
 *
 * Only failures after the newest success count. `breakerFailures` of them within the `breakerWindowS`
 * that ends with the last open the breaker, for `breakerOpenS` from the last; then it is half open and
 * lets one trial through: a success closes it, another failure opens it again.
 *
 * @see M. Nygard, "Release It!", ch. 5, "Circuit Breaker"
 */
export function breaker(facts: BreakerFacts, settings: Settings, now: Date): Breaker {
  const succeededAt = facts.lastSuccessAt?.getTime() ?? Number.NEGATIVE_INFINITY;
  const failures = facts.failures
    .map((failure) => failure.getTime())
    .filter((failure) => !(failure <= succeededAt));
  const last = Math.max(...failures);
  const counted = failures.filter(
    (failure) => !(failure <= last - settings.breakerWindowS * 1000),
  ).length;
  if (counted < settings.breakerFailures) return { state: 'closed', failures: counted };
  const until = new Date(last + settings.breakerOpenS * 1000);
  return until <= now
    ? { state: 'half_open', failures: counted, since: until }
    : { state: 'open', failures: counted, until };
}
