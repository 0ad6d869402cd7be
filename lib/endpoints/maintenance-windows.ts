import * as z from 'zod';
import { app } from '../app.js';
import { ComponentName } from '../domain/component.js';
import { StatedSchedule } from '../domain/decide/maintenance/schedule.js';
import { addWindow } from '../flows/admin/maintenance-windows.js';
import { jsonBody } from '../http/body-reader.js';
import { keyEndpoint } from '../http/key-endpoint.js';
import { reply } from '../http/reply.js';
import { ADMIN, by, why } from './admin-parts.js';
import { deps } from './deps.js';

const MaintenanceWindow = StatedSchedule.safeExtend({
  name: ComponentName,
  component: ComponentName.optional(),
  group: ComponentName.optional(),
  all: z.literal(true).optional(),
  mute: z.boolean().default(false),
  why,
})
  .strict()
  .refine(
    ({ component, group, all }) =>
      [component, group, all].filter((one) => one !== undefined).length === 1,
    { error: 'name what it covers: just one of component, group, or "all": true' },
  );

/** Makes a maintenance window. */
export const maintenanceWindows = keyEndpoint(
  deps,
  { ...ADMIN, body: jsonBody(MaintenanceWindow) },
  async ({ body, identity, now }) => {
    const { name, component = null, group = null, zone, rule, mute } = body;
    const order = { name, component, group, zone, rule, mute };
    return reply(201, await addWindow(app(), order, by(identity, body.why), now));
  },
);
