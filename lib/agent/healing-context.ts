import { classifyError, type ErrorClass } from './error-class.js';
import type { HealingOptions } from './healing-options.js';

/** What the parts of one wrapped function share. */
export interface HealingContext {
  readonly options: HealingOptions;
  readonly name: string;
  /** Calls after the first, at most. */
  readonly retries: number;
  classOf(error: unknown): ErrorClass;
  /** The recovery from this error failed: another attempt is pointless. */
  giveUp(error: unknown): void;
  isGivenUp(error: unknown): boolean;
}

/** Whether a value is an answer of `fetch` that is a failure although nothing was thrown. */
export function isFailedResponse(value: unknown): value is Response {
  return value instanceof Response && value.status >= 500;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Make what one wrapped function shares among its calls. */
export function healingContext(options: HealingOptions, ownName: string): HealingContext {
  const givenUp = new WeakSet<object>();
  return {
    options,
    name: options.name ?? (ownName === '' ? 'anonymous' : ownName),
    retries: options.retries ?? 3,
    classOf: (error) => options.classify?.(error) ?? classifyError(error, options.database),
    giveUp(error) {
      if (isObject(error)) givenUp.add(error);
    },
    isGivenUp: (error) => isObject(error) && givenUp.has(error),
  };
}
