import type { Action } from '../../../lib/domain/decide/action.js';
import { RenderPostgresRef } from '../../../lib/domain/platform-refs/render-postgres.js';
import type { ActionRequest, Prepared } from '../../../lib/platforms/platform.js';
import { renderPostgresPlatform } from '../../../lib/platforms/render-postgres.js';
import { type RenderDatabase, renderBackend, renderDatabase } from '../render/database.js';
import { type RenderServer, startRenderServer } from '../render-server.js';
import { stored } from '../vendor/outcome.js';
import { askingFor, VendorRig } from '../vendor/rig.js';

export const RESTART = { name: 'restart' } as const satisfies Action;
export const FAIL_OVER = { name: 'fail_over', to: 'standby' } as const satisfies Action;

/** The usual database, as a component names it. */
export const TARGET = RenderPostgresRef.parse({
  type: 'render_postgres',
  postgres_id: 'dpg-1',
  high_availability: true,
});

/** Two connections of the primary, and one of the standby, all for a day. */
export const BACKENDS = [renderBackend(101), renderBackend(102), renderBackend(201, { node: 'b' })];

/** The adapter, and a server with one highly available database `dpg-1`. */
export class RenderPostgresRig extends VendorRig<RenderServer, RenderDatabase> {
  constructor() {
    super({
      credential: 'RENDER_API_KEY',
      adapter: renderPostgresPlatform,
      start: (given, options) => {
        const usual = { highAvailabilityEnabled: true, backends: BACKENDS };
        const database = renderDatabase('dpg-1', { ...usual, ...given });
        return startRenderServer({ ...options, services: [], databases: [database] });
      },
    });
  }

  /** The usual database as it is now. */
  database(): RenderDatabase {
    const database = this.server.databases.state.get('dpg-1');
    if (database === undefined) throw new Error('the database is there');
    return database;
  }

  /** What was done to databases. */
  effects(): readonly string[] {
    return this.server.databases.effects;
  }

  /** Prepare, and answer what the database would give back. */
  async prepare(action: Action): Promise<Prepared> {
    return stored(await this.platform().prepare(asking(action)));
  }
}

/** A request for an action on the usual database. */
export function asking(action: Action, given: Partial<ActionRequest> = {}): ActionRequest {
  return askingFor({ target: TARGET, action }, given);
}
