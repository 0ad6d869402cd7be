import type { Action } from '../../../lib/domain/decide/action.js';
import { NeonRef } from '../../../lib/domain/platform-refs/neon.js';
import type { SessionBox } from '../../../lib/platforms/neon/session-box.js';
import { type NeonOptions, neonPlatform } from '../../../lib/platforms/neon.js';
import type { ActionRequest, Platform, Prepared } from '../../../lib/platforms/platform.js';
import { type NeonServer, startNeonServer } from '../neon-server.js';
import { stored, TOKEN } from '../vendor/outcome.js';
import { askingFor, VendorRig } from '../vendor/rig.js';
import type { NeonEndpoint, NeonOperation } from './world.js';

/** A connection string as a team keeps it. */
export const CONNECTION =
  'postgresql://app:vnd-very-secret@ep-shop-1.eu-central-1.aws.neon.tech/shop';

/** The usual endpoint, as a component names it. */
export const TARGET = NeonRef.parse({
  type: 'neon',
  project_id: 'shop-project-1',
  endpoint_id: 'ep-shop-1',
  connection: 'SHOP_DATABASE_URL',
});

/** That compute as it runs. */
export const ENDPOINT: NeonEndpoint = {
  id: 'ep-shop-1',
  type: 'read_write',
  current_state: 'active',
  disabled: false,
};

/** When it was started last. */
const STARTED: NeonOperation = {
  id: 'op-old',
  endpoint_id: 'ep-shop-1',
  action: 'start_compute',
  status: 'finished',
  created_at: '2026-03-01T00:00:00Z',
  updated_at: '2026-03-01T00:00:01Z',
};

interface Given {
  readonly endpoint: Partial<NeonEndpoint>;
  readonly operations: readonly NeonOperation[];
}

/** A way to sessions that is not to be gone. */
const noDoor = (): never => {
  throw new Error('no session is to be looked at here');
};

/** Neon's adapter, and a server with one active endpoint that was started before. */
export class NeonRig extends VendorRig<NeonServer, Given> {
  constructor() {
    super({
      credential: 'NEON_API_KEY',
      adapter: (options) =>
        neonPlatform({ connection: () => CONNECTION, open: noDoor, ...options }),
      start: ({ endpoint = {}, operations = [STARTED] }, options) =>
        startNeonServer({
          ...options,
          project: TARGET.project_id,
          endpoint: { ...ENDPOINT, ...endpoint },
          operations,
        }),
    });
  }

  /** The adapter where the component's variable holds another connection string, or none. */
  connectedBy(connection: string | undefined): Platform {
    return this.#with({ connection: () => connection });
  }

  /** The adapter with a key of its own, or none, where sessions are looked at like this. */
  withSessions(token: string | undefined, look: SessionBox['look']): Platform {
    const open = (): SessionBox => ({ look, end: noDoor, left: noDoor });
    return this.#with({ credential: () => token, open });
  }

  #with(changes: Partial<NeonOptions>): Platform {
    return neonPlatform({
      baseUrl: this.server.url,
      credential: () => TOKEN,
      fetch,
      now: () => this.now,
      connection: () => CONNECTION,
      open: noDoor,
      ...changes,
    });
  }

  /** Prepare, and answer what the database would give back. */
  async prepare(action: Action): Promise<Prepared> {
    return stored(await this.platform().prepare(asking(action)));
  }
}

/** A request for an action on the usual endpoint. */
export function asking(action: Action, given: Partial<ActionRequest> = {}): ActionRequest {
  return askingFor({ target: TARGET, action }, given);
}
