import { wallMs, wallText } from '../../zone-time.js';
import { openNow } from './openings.js';
import type { Opening, ScheduleRule } from './schedule.js';

/** A maintenance window as it is kept. */
export interface MaintenanceWindow {
  readonly name: string;
  readonly zone: string;
  /** Null where what is kept cannot be read. */
  readonly rule: ScheduleRule | null;
  readonly why: string;
}

/** What a window that is open means to the guards. */
export interface MaintenanceFreeze {
  readonly why: string;
  /** Null where nobody knows when it ends. */
  readonly until: Date | null;
}

/**
 * Say whether a window forbids automatic action now: null when it is closed.
 *
 * One that cannot be evaluated, because its rule cannot be read or this runtime does not know its zone,
 * counts as open until somebody ends it.
 */
export function maintenanceFreeze(
  { name, zone, rule, why }: MaintenanceWindow,
  now: Date,
): MaintenanceFreeze | null {
  const what = `maintenance window ${name}`;
  let open: Opening | null;
  try {
    if (rule === null) throw new RangeError('its rule cannot be read');
    open = openNow({ zone, rule }, now);
  } catch (error) {
    const trouble = error instanceof Error ? error.message : 'nobody knows why';
    return {
      why: `${what} cannot be evaluated, which counts as open: ${trouble} (${why})`,
      until: null,
    };
  }
  if (open === null) return null;
  if (open.until === null) return { why: `${what}, which never closes: ${why}`, until: null };
  const local = `${wallText(wallMs(open.until, zone))} in ${zone}`;
  return {
    why: `${what}, until ${local} (${wallText(open.until.getTime())} UTC): ${why}`,
    until: open.until,
  };
}
