import { wrap } from 'cockatiel';
import { STRATEGIES } from './error-class.js';
import { type HealingContext, healingContext, isFailedResponse } from './healing-context.js';
import type { HealingOptions } from './healing-options.js';
import { breakerPolicy, retryPolicy, timeoutPolicy } from './healing-policies.js';

/** Hold the process while a promise is awaited: the agent's own timers do not. */
async function keepingAlive<T>(promise: Promise<T>): Promise<T> {
  const alive = setInterval(() => undefined, 60_000);
  try {
    return await promise;
  } finally {
    clearInterval(alive);
  }
}

/** Begin what the error's class calls for; answers whether the call may succeed now. */
async function recover(
  { options: { agent }, classOf }: HealingContext,
  error: unknown,
  startedAt: number,
): Promise<boolean> {
  const { recover: action } = STRATEGIES[classOf(error)];
  if (agent === undefined || action === null) return true;
  if (action === 'clean_memory') return (await agent.cleanMemory(startedAt)).success;
  // Without a pool there is nothing to reset, and waiting is all that can help.
  return (await agent.recoverDatabase(startedAt))?.success ?? true;
}

/** Note a failed attempt. What an open breaker keeps away was noted when it opened. */
function note({ options: { agent }, classOf, name }: HealingContext, error: unknown): void {
  const errorClass = classOf(error);
  if (errorClass !== 'breaker_open') agent?.recordError(error, name, errorClass);
}

/** Make one attempt; after a failure recover, and wait for that only if another attempt follows. */
async function attempt<T>(
  context: HealingContext,
  isLast: boolean,
  call: () => Promise<T>,
): Promise<T> {
  const startedAt = performance.now();
  try {
    const value = await call();
    if (isFailedResponse(value)) {
      context.options.agent?.recordError(`answered ${value.status}`, context.name, 'upstream');
      // An answer that a retry discards would keep its connection until it is collected.
      if (!isLast) void value.body?.cancel().catch(() => undefined);
    }
    return value;
  } catch (error) {
    note(context, error);
    const recovering = recover(context, error, startedAt).catch(() => false);
    if (!isLast && !(await keepingAlive(recovering))) context.giveUp(error);
    throw error;
  }
}

/** Count one whole call as a request, where nothing else counts them. */
function observe({ options }: HealingContext, startedAt: number, ok: boolean): void {
  const { agent, observe: isWanted = agent?.countsRequests === false } = options;
  if (isWanted) agent?.observe({ ms: performance.now() - startedAt, ok });
}

/**
 * Wrap a function so that it heals itself: each failure is classified, and what its class calls for is done
 * (database: reset the pool, wait until it answers, call again; out of memory: clean up, call again; time-out
 * or a failing upstream: call again later, and open a circuit breaker after several in a row; anything else:
 * throw). Failures are kept in the agent's error history.
 *
 * The function must be safe to repeat, or `retries` be 0. A call that runs out of time is not stopped by it,
 * only no longer awaited. Answers of `fetch` with a status of 500 or above are failures too, and are returned
 * when retries do not help.
 *
 * @throws whatever the last attempt threw; an error with `isBrokenCircuitError` while the breaker is open
 */
export function withSelfHealing<This, Args extends unknown[], Result>(
  fn: (this: This, ...args: Args) => Result | PromiseLike<Result>,
  options: HealingOptions = {},
): (this: This, ...args: Args) => Promise<Result> {
  const context = healingContext(options, fn.name);
  const retries = retryPolicy(context);
  const protection = wrap(breakerPolicy(context), timeoutPolicy(context));
  return async function healing(this: This, ...args: Args): Promise<Result> {
    const startedAt = performance.now();
    // A signal of its own: cockatiel's shared default would gather a listener for each call under way.
    const { signal } = new AbortController();
    const once = () => protection.execute(() => fn.apply(this, args), signal);
    let ok = false;
    try {
      const value = await retries.execute(({ attempt: done }) =>
        attempt(context, done >= context.retries, once),
      );
      ok = !isFailedResponse(value);
      return value;
    } finally {
      observe(context, startedAt, ok);
    }
  };
}
