import type { Action } from '../../../lib/domain/decide/action.js';
import { flyPlatform } from '../../../lib/platforms/fly.js';
import type { ActionRequest, Prepared } from '../../../lib/platforms/platform.js';
import { type FlyServer, startFlyServer } from '../fly-server.js';
import { stored } from '../vendor/outcome.js';
import { askingFor, VendorRig } from '../vendor/rig.js';
import { type FlyMachine, flyMachine } from './machine.js';

const TARGET = {
  type: 'fly',
  app: 'shop',
  process_group: 'app',
  credential: 'FLY_API_TOKEN',
} as const satisfies ActionRequest['target'];

/** Fly.io's adapter, and a server with two machines `m1` and `m2` of the app `shop`. */
export class FlyRig extends VendorRig<FlyServer, { machines: readonly FlyMachine[] }> {
  constructor() {
    super({
      credential: 'FLY_API_TOKEN',
      adapter: flyPlatform,
      start: ({ machines = [flyMachine(1), flyMachine(2)] }, options) =>
        startFlyServer({ ...options, app: 'shop', machines }),
    });
  }

  /** Prepare, and answer what the database would give back. */
  async prepare(action: Action, given?: Partial<ActionRequest>): Promise<Prepared> {
    return stored(await this.platform().prepare(asking(action, given)));
  }
}

/** A request for an action on the usual process group. */
export function asking(
  action: Action,
  { target = TARGET, ...given }: Partial<ActionRequest> = {},
): ActionRequest {
  return askingFor({ target, action }, given);
}
