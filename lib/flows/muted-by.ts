import { openNow } from '../domain/decide/maintenance/openings.js';
import type { MutingWindow } from '../store/maintenance-windows.js';

/**
 * Which of some components are muted by a maintenance window now, and until when; null where it never
 * closes. Pure.
 *
 * A window that cannot be evaluated mutes nothing: it keeps everything still, and that is to be heard of.
 */
export function mutedBy(
  windows: readonly MutingWindow[],
  componentIds: readonly number[],
  now: Date,
): Map<number, Date | null> {
  const muted = new Map<number, Date | null>();
  for (const { covers, ...window } of windows) {
    const until = openUntil(window, now);
    if (until === undefined) continue;
    for (const id of componentIds) {
      if (covers === null || covers.includes(id)) muted.set(id, later(muted.get(id), until));
    }
  }
  return muted;
}

/** When it closes; undefined where it is closed, or nobody can tell. */
function openUntil({ zone, rule }: Pick<MutingWindow, 'zone' | 'rule'>, now: Date) {
  if (rule === null) return undefined;
  try {
    return openNow({ zone, rule }, now)?.until;
  } catch {
    return undefined;
  }
}

function later(known: Date | null | undefined, until: Date | null): Date | null {
  if (known === undefined) return until;
  if (known === null || until === null) return null;
  return known > until ? known : until;
}
