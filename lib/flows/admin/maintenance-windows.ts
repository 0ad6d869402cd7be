import type { App } from '../../app.js';
import { nextOpening, openNow } from '../../domain/decide/maintenance/openings.js';
import type { Opening, Schedule, ScheduleRule } from '../../domain/decide/maintenance/schedule.js';
import { wallMs, wallText } from '../../domain/zone-time.js';
import { AppError } from '../../errors.js';
import { uuid7 } from '../../security/uuid7.js';
import { addAudit } from '../../store/audit.js';
import { findComponent, groupExists } from '../../store/components.js';
import {
  addMaintenanceWindow,
  endMaintenanceWindow,
  listMaintenanceWindows,
  type NewMaintenanceWindow,
} from '../../store/maintenance-windows.js';
import { sqlState } from '../../store/sql.js';
import type { Change } from './change.js';

/** A maintenance window that somebody wants. */
export type WindowOrder = Omit<NewMaintenanceWindow, 'id' | 'why' | 'who'>;

/**
 * Make a maintenance window.
 *
 * @throws {AppError} `not_found` for a component or a group that there is not; `conflict` where another has its
 * name; `invalid` for one that never opens
 */
export async function addWindow(
  app: App,
  order: WindowOrder,
  { who, why }: Change,
  now: Date,
): Promise<object> {
  const { name, zone, rule } = order;
  if (openNow({ zone, rule }, now) === null && nextOpening({ zone, rule }, now) === null) {
    throw new AppError('invalid', `maintenance window ${name} is over in ${zone}: it never opens`);
  }
  await mustCover(app, order);
  const id = uuid7(Date.now());
  const reason = why ?? 'no reason given';
  const what = `add maintenance window ${name}`;
  try {
    await app.sql.transaction([
      addMaintenanceWindow(app.sql, { ...order, id, why: reason, who }),
      addAudit(app.sql, { who, what, why, detail: { id, ...order } }),
    ]);
  } catch (error) {
    if (sqlState(error) !== '23505') throw error;
    const cause = { cause: error };
    throw new AppError('conflict', `there is a maintenance window ${name}: end it first`, cause);
  }
  return { id, ...shown({ ...order, why: reason }, now) };
}

/** A name that is mistyped must not look like protection. */
async function mustCover(app: App, { component, group }: WindowOrder): Promise<void> {
  if (component !== null && (await findComponent(app.sql, component)) === null) {
    throw new AppError('not_found', `there is no component ${component}`);
  }
  if (group !== null && !(await groupExists(app.sql, group))) {
    throw new AppError('not_found', `no component is in group ${group}`);
  }
}

/** End a maintenance window for good. @throws {AppError} `not_found` */
export async function endWindow(app: App, id: string, { who, why }: Change): Promise<undefined> {
  const windows = await listMaintenanceWindows(app.sql);
  const none = new AppError('not_found', `there is no maintenance window ${id} that stands`);
  if (!windows.some((window) => window.id === id)) throw none;
  const [ended] = await app.sql.transaction([
    endMaintenanceWindow(app.sql, id),
    addAudit(app.sql, { who, what: 'end maintenance window', why, detail: { id } }),
  ]);
  if ((ended?.length ?? 0) === 0) throw none;
}

/** List the maintenance windows that stand, with when they are open, on the clock of their zone and in UTC. */
export async function showWindows(app: App): Promise<object> {
  const now = app.at ?? new Date(Date.now());
  const windows = await listMaintenanceWindows(app.sql);
  return {
    maintenance_windows: windows.map((window) => ({
      id: window.id,
      ...shown(window, now),
      covered: window.covered,
      ...(window.covered === 0 && { trouble: 'it covers no component any more' }),
      created_by: window.createdBy,
      created_at: window.createdAt,
    })),
  };
}

function shown(
  {
    name,
    component,
    group,
    zone,
    rule,
    mute,
    why,
  }: Omit<WindowOrder, 'rule'> & { readonly rule: ScheduleRule | null; readonly why: string },
  now: Date,
): object {
  const covers = { component, group, all: component === null && group === null };
  return { name, ...covers, zone, rule, mute, why, ...times(zone, rule, now) };
}

/** When it is open, and when it opens next; in trouble it counts as open. */
function times(zone: string, rule: ScheduleRule | null, now: Date): object {
  try {
    if (rule === null) throw new RangeError('its rule cannot be read');
    const schedule: Schedule = { zone, rule };
    return {
      open: openingJson(openNow(schedule, now), zone),
      next: openingJson(nextOpening(schedule, now), zone),
      trouble: null,
    };
  } catch (error) {
    const trouble = error instanceof Error ? error.message : 'it cannot be evaluated';
    return { open: null, next: null, trouble: `counts as open: ${trouble}` };
  }
}

function openingJson(opening: Opening | null, zone: string): object | null {
  if (opening === null) return null;
  const { from, until } = opening;
  return {
    from,
    from_local: wallText(wallMs(from, zone)),
    until,
    until_local: until === null ? null : wallText(wallMs(until, zone)),
  };
}
