import { AppError } from '../errors.js';
import { redact } from './redact.js';

/** What is logged of a failure. */
export interface LoggedError {
  readonly name: string;
  readonly message: string;
  /** SQLSTATE, errno or error code, where there is one. */
  readonly code?: string;
  /** The innermost places of the stack. */
  readonly at?: readonly string[];
  readonly cause?: LoggedError;
}

const MAX_CAUSES = 4;
const MAX_FRAMES = 6;

function codeOf(error: Error): string | null {
  const code: unknown = 'code' in error ? error.code : null;
  return typeof code === 'string' && /^[A-Za-z0-9_]{1,40}$/.test(code) ? code : null;
}

/** The stack repeats the message, which is not to be taken for one of its lines. */
function frames(error: Error): string[] {
  return (error.stack ?? '')
    .replace(error.message, '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => line.trim());
}

/**
 * Describe a failure and its causes for the log.
 *
 * Our own messages hold no secrets by rule; those of others are redacted.
 */
export function loggedError(error: unknown, depth = MAX_CAUSES): LoggedError {
  if (!(error instanceof Error)) return { name: typeof error, message: 'not an Error' };
  const own = error instanceof AppError;
  const code = codeOf(error);
  return {
    name: error.name,
    message: own ? error.message : redact(error.message),
    ...(code === null ? {} : { code }),
    ...(own ? {} : { at: frames(error) }),
    ...(error.cause === undefined || depth <= 1
      ? {}
      : { cause: loggedError(error.cause, depth - 1) }),
  };
}
