import { inspect } from 'node:util';
import { expect } from 'vitest';
import { AppError } from '../../../lib/errors.js';
import type { Prepared } from '../../../lib/platforms/platform.js';
import { VENDOR_WORDS } from './server.js';

/** The credential of tests of one adapter. */
export const TOKEN = 'vnd-very-secret';

/** How credentials begin that are made, or signed: of a GitHub App, its tokens, a signed claim, a key. */
const MADE = ['ghs_', 'eyJ', '-----BEGIN'];

/** What was stored, as it comes back from the database. */
export function stored(prepared: Prepared): Prepared {
  return JSON.parse(JSON.stringify(prepared));
}

/** What a step came to: its value, or the error by its code, which must not hold a secret. */
export async function outcome(step: Promise<unknown>): Promise<unknown> {
  try {
    return await step;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const shown = inspect(error, { depth: 9, showHidden: true });
    for (const secret of [TOKEN, ...MADE, VENDOR_WORDS, 'createdAfter', '?']) {
      expect(shown).not.toContain(secret);
    }
    return { code: error.code, message: error.message, retryAfterS: error.retryAfterS };
  }
}
