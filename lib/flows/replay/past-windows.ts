import {
  type MaintenanceFreeze,
  maintenanceFreeze,
} from '../../domain/decide/maintenance/freeze.js';
import { nextOpening } from '../../domain/decide/maintenance/openings.js';
import type { StoredMaintenanceWindow } from '../../store/maintenance-windows.js';
import type { PastFreeze } from './world.js';

interface Span {
  readonly from: Date;
  readonly until: Date;
}

/** The times within a span at which maintenance windows kept everything still, as the guards were told. Pure. */
export function pastWindows(windows: readonly StoredMaintenanceWindow[], span: Span): PastFreeze[] {
  return windows.flatMap((window) => {
    const { createdAt, endedAt } = window;
    const from = new Date(Math.max(createdAt.getTime(), span.from.getTime()));
    return [...openings(window, { from, until: earlier(endedAt, span.until) })];
  });
}

const earlier = (at: Date | null, end: Date): Date => (at !== null && at < end ? at : end);

function* openings(window: StoredMaintenanceWindow, { from, until }: Span): Generator<PastFreeze> {
  const { componentId, group } = window;
  let next = openFrom(window, from);
  while (next !== null && next.from < until) {
    const { why, until: toldUntil } = next;
    const end = earlier(toldUntil, until);
    yield { componentId, group, why, from: next.from, until: end, toldUntil };
    next = toldUntil === null ? null : openFrom(window, toldUntil);
  }
}

/** The first time from an instant on at which it is open. */
function openFrom(
  window: StoredMaintenanceWindow,
  at: Date,
): (MaintenanceFreeze & { readonly from: Date }) | null {
  const now = maintenanceFreeze(window, at);
  if (now !== null) return { ...now, from: at };
  const { zone, rule } = window;
  const from = rule === null ? null : (nextOpening({ zone, rule }, at)?.from ?? null);
  const later = from === null ? null : maintenanceFreeze(window, from);
  return from === null || later === null ? null : { ...later, from };
}
