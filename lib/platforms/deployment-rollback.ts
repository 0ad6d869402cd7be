import type * as z from 'zod';
import type { Prepared } from './platform.js';
import { refuse, type VendorStep } from './vendor-action.js';

/** What a vendor's rollback stores before its call. */
interface StoredStates<Before extends z.ZodType, After extends z.ZodType> {
  readonly before: Before;
  readonly after: After;
  /** What the vendor calls them, such as "deployments". */
  readonly between: string;
}

/**
 * What was stored before the call. Without it nobody knows what was meant, and nothing is done.
 *
 * @throws {AppError} `refused`
 */
export function storedStates<Before extends z.ZodType, After extends z.ZodType>(
  step: VendorStep,
  prepared: Prepared,
  { before, after, between }: StoredStates<Before, After>,
): { from: z.infer<Before>; to: z.infer<After> } {
  const from = before.safeParse(prepared.before);
  const to = after.safeParse(prepared.after);
  if (from.success && to.success) return { from: from.data, to: to.data };
  return refuse(step, `the recovery does not say between which ${between}: plan it anew`);
}

/** What is kept of a rollback that has ended. */
export function rollbackResult({ request }: VendorStep, prepared: Prepared, success: boolean) {
  return {
    success,
    component: request.component,
    rollback_type: request.action.name === 'rollback' ? request.action.rollback_type : 'deployment',
    from_state: prepared.before,
    to_state: prepared.after,
  };
}
