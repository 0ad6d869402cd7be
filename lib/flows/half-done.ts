import * as z from 'zod';
import { classOf } from '../domain/decide/action-class.js';
import type { ActionRequest, Platform } from '../platforms/platform.js';
import type { StoredRecovery } from '../store/recoveries.js';

const Shown = z.object({ config: z.record(z.string(), z.string().nullable()) });

/** Whether what such a recovery leaves half done can be put back. */
export function canPutBack(
  { putsBack = [], putBack }: Platform,
  { action }: Pick<StoredRecovery, 'action'>,
): boolean {
  return (
    putBack !== undefined && action.name === 'rollback' && putsBack.includes(action.rollback_type)
  );
}

/** Whether to do it twice is something else than to do it once, so that it must be known how far it came. */
export const isUnrepeatable = ({ action, target }: Pick<ActionRequest, 'action' | 'target'>) =>
  classOf(action.name, target) !== 'repeatable';

/** Which variables a recovery may have changed without their being live, by name; null where it was to change none. */
export function mayBeChanged({ before }: Pick<StoredRecovery, 'before'>): string | null {
  const names = Object.keys(Shown.safeParse(before).data?.config ?? {}).toSorted();
  return names.length === 0
    ? null
    : `these may be changed already, and not be live: ${names.join(', ')}`;
}
