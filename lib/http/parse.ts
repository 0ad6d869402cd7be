import * as z from 'zod';
import { AppError } from '../errors.js';

/** A caller mends a few mistakes at a time; a hostile body could make thousands. */
const MAX_ISSUES = 20;
const MAX_MESSAGE = 200;

/** One thing that is wrong with an input. */
interface Issue {
  /** Where it is, e.g. `samples[3].at`; the empty text is the whole. */
  readonly path: string;
  readonly message: string;
}

function issueOf({ path, message }: z.core.$ZodIssue): Issue {
  return {
    path: z.core.toDotPath(path).slice(0, MAX_MESSAGE),
    message: message.slice(0, MAX_MESSAGE),
  };
}

const sentence = ({ path, message }: Issue): string =>
  path === '' ? message : `${path}: ${message}`;

/**
 * Check what a caller sent against a schema.
 *
 * @param what - what it is, for the message: `body`, `query`
 * @throws {AppError} `invalid` with `details.issues`, at most 20
 */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, MAX_ISSUES).map(issueOf);
  const [first] = issues;
  throw new AppError('invalid', `the ${what} is not as expected: ${first ? sentence(first) : ''}`, {
    details: { issues },
  });
}
