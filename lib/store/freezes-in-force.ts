import * as z from 'zod';
import { maintenanceFreeze } from '../domain/decide/maintenance/freeze.js';
import { KeptRule } from './maintenance-windows.js';
import { MaybeInstant } from './rows.js';

/** What covers some components now: one, the members of a group, or all where it names neither. */
export const FreezeInForce = z.object({
  componentId: z.number().nullable(),
  group: z.string().nullable(),
  why: z.string(),
  /** Null where nobody knows when it ends. */
  until: MaybeInstant,
});

/** A freeze, or a maintenance window that is open, as the guards are told of it. */
export type FreezeInForce = z.infer<typeof FreezeInForce>;

const Windows = z.array(
  FreezeInForce.omit({ until: true }).extend({
    name: z.string(),
    zone: z.string(),
    rule: KeptRule,
  }),
);

/** The maintenance windows that are open at an instant, and those of which nobody can tell. */
export function windowsInForce(rows: unknown, now: Date): FreezeInForce[] {
  return Windows.parse(rows).flatMap(({ componentId, group, ...window }) => {
    const open = maintenanceFreeze(window, now);
    return open === null ? [] : [{ componentId, group, ...open }];
  });
}
