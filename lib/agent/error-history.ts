import { classifyError, type ErrorClass } from './error-class.js';

/** One failure that a service reported. */
export interface ReportedError {
  readonly at: Date;
  readonly class: ErrorClass;
  /** What failed, e.g. the wrapped function's name. */
  readonly what: string;
  /** The error's own words, cut to 200 characters. */
  readonly message: string;
}

/** The last failures, in words only: no error object is kept alive by it. */
export interface ErrorHistory {
  add(error: unknown, what: string, errorClass?: ErrorClass): void;
  readonly entries: readonly ReportedError[];
  /** Forget all; answers how many there were. */
  clear(): number;
}

/** Entries kept, and characters of each message. */
const MOST_ENTRIES = 100;
const MOST_CHARACTERS = 200;

/** An error's words, whatever it is: not everything that can be thrown can be made a string. */
function words(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return `an unreadable ${typeof error}`;
  }
}

/** Copied, as a slice of a string keeps the whole string alive. */
function cut(error: unknown): string {
  return Buffer.from(words(error).slice(0, MOST_CHARACTERS)).toString();
}

/** Keep the last hundred failures. */
export function createErrorHistory(now: () => Date): ErrorHistory {
  let entries: ReportedError[] = [];
  return {
    add(error, what, errorClass = classifyError(error)) {
      entries.push({ at: now(), class: errorClass, what, message: cut(error) });
      if (entries.length > MOST_ENTRIES) entries.shift();
    },
    get entries() {
      return [...entries];
    },
    clear() {
      const count = entries.length;
      entries = [];
      return count;
    },
  };
}
