import { classifyError, type ErrorClass, STRATEGIES } from './error-class.js';
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

function isErrorClass(value: unknown): value is ErrorClass {
  return typeof value === 'string' && Object.hasOwn(STRATEGIES, value);
}

/** What the service says that an error is; null when it does not say, fails, or says something unknown. */
function toldClass({ classify }: HealingOptions, error: unknown): ErrorClass | null {
  try {
    const told: unknown = classify?.(error);
    if (isErrorClass(told)) return told;
    // A promise, which the type rules out, is no class; its failure must end here.
    Promise.resolve(told).catch(() => undefined);
  } catch {
    // The call's own error is what matters to its caller.
  }
  return null;
}

/** Make what one wrapped function shares among its calls. */
export function healingContext(options: HealingOptions, ownName: string): HealingContext {
  const givenUp = new WeakSet<object>();
  return {
    options,
    name: options.name ?? (ownName === '' ? 'anonymous' : ownName),
    retries: options.retries ?? 3,
    classOf: (error) => toldClass(options, error) ?? classifyError(error, options.database),
    giveUp(error) {
      if (isObject(error)) givenUp.add(error);
    },
    isGivenUp: (error) => isObject(error) && givenUp.has(error),
  };
}
