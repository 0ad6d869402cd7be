import {
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  type NoopPolicy,
  noop,
  type Policy,
  type RetryPolicy,
  retry,
  type TimeoutPolicy,
  TimeoutStrategy,
  timeout,
} from 'cockatiel';
import { STRATEGIES } from './error-class.js';
import { type HealingContext, isFailedResponse } from './healing-context.js';

/** Errors that pass a test, and failed answers. */
function failures(test: (error: unknown) => boolean): Policy {
  return handleWhen(test).orWhenResult(isFailedResponse);
}

/** Call again after what may pass, with exponential waits and decorrelated jitter. */
export function retryPolicy(context: HealingContext): RetryPolicy {
  const { classOf, isGivenUp, options, retries } = context;
  const { firstMs: initialDelay = 100, mostMs: maxDelay = 10_000 } = options.backoff ?? {};
  const isWorthIt = (error: unknown) => STRATEGIES[classOf(error)].retry && !isGivenUp(error);
  return retry(failures(isWorthIt), {
    maxAttempts: retries,
    backoff: new ExponentialBackoff({ initialDelay, maxDelay }),
  });
}

/** Call no more for a while after several failures in a row that more calls would make worse. */
export function breakerPolicy(context: HealingContext): CircuitBreakerPolicy | NoopPolicy {
  const { classOf, options } = context;
  if (options.breaker === null) return noop;
  const { failures: most = 5, openMs: halfOpenAfter = 30_000 } = options.breaker ?? {};
  return circuitBreaker(
    failures((error) => STRATEGIES[classOf(error)].breaks),
    { halfOpenAfter, breaker: new ConsecutiveBreaker(most) },
  );
}

/** Wait for one attempt no longer than this. */
export function timeoutPolicy({ options }: HealingContext): TimeoutPolicy | NoopPolicy {
  const { timeoutMs = 30_000 } = options;
  return timeoutMs === null ? noop : timeout(timeoutMs, TimeoutStrategy.Aggressive);
}
