import type { Action } from '../../../lib/domain/decide/action.js';
import type { ActionRequest, LedgerState, Prepared } from '../../../lib/platforms/platform.js';
import { renderPlatform } from '../../../lib/platforms/render.js';
import { type RenderServer, startRenderServer } from '../render-server.js';
import { stored } from '../vendor/outcome.js';
import { askingFor, VendorRig } from '../vendor/rig.js';
import { type RenderService, renderDeploy, renderService } from './service.js';

export const RESTART = { name: 'restart' } as const satisfies Action;

export const CONFIG = { name: 'rollback', rollback_type: 'config' } as const satisfies Action;

export const SCALE = { name: 'scale', to: 3 } as const satisfies Action;

/** A value that must be seen nowhere. */
export const PLANTED = 'planted-secret-5t7';

/** The variables of the usual service. */
export const ENV = [
  { key: 'PORT', value: '10000' },
  { key: 'DATABASE_URL', value: `postgres://new:${PLANTED}@db` },
];

/** A proven state of the usual service: what was live with another database. */
export const KNOWN: LedgerState = {
  deploymentId: 'dep-4',
  version: 'commit-4',
  instances: 2,
  firstSeen: new Date('2026-03-01T00:00:00Z'),
  lastSeen: new Date('2026-03-01T12:00:00Z'),
  healthyMinutes: 90,
  evidence: '90 healthy minutes',
  schema: null,
  incidents: 0,
  standing: 'proven',
  config: { PORT: '10000', DATABASE_URL: `postgres://old:${PLANTED}@db`, POOL: PLANTED },
};

/** The deploys of the usual service. */
export const DEPLOYS = [
  renderDeploy(1, 'deactivated', { artifactId: 'art-1' }),
  renderDeploy(2, 'deactivated', { artifactId: 'art-2' }),
  renderDeploy(3, 'build_failed'),
  renderDeploy(4, 'live', { artifactId: 'art-4' }),
];

/** What a rollback of the usual service leaves, as it is stored. */
export const BEFORE = {
  deploy_id: 'dep-4',
  commit: 'commit-4',
  image: null,
  image_sha: null,
  artifact_id: 'art-4',
  created_at: '2026-03-01T00:04:00.000Z',
  live_from: '2026-03-01T00:04:30.000Z',
  trigger: 'new_commit',
  auto_deploy: 'yes',
  auto_deploy_trigger: 'commit',
};
/** Where it goes. */
export const AFTER = {
  deploy_id: 'dep-2',
  commit: 'commit-2',
  image: null,
  image_sha: null,
  artifact_id: 'art-2',
  created_at: '2026-03-01T00:02:00.000Z',
  proven: false,
  proven_why: 'not proven: the ledger has not seen it',
};

/** Render's adapter, and a server with one service `srv-1`. */
export class RenderRig extends VendorRig<RenderServer, RenderService> {
  /** The usual service as it is now. */
  service(): RenderService {
    const service = this.server.state.get('srv-1');
    if (service === undefined) throw new Error('the service is there');
    return service;
  }

  constructor() {
    super({
      credential: 'RENDER_API_KEY',
      adapter: renderPlatform,
      start: (given, options) => {
        const service = renderService('srv-1', { deploys: DEPLOYS, envVars: ENV, ...given });
        return startRenderServer({ ...options, services: [service] });
      },
    });
  }

  /** Prepare, and answer what the database would give back. */
  async prepare(action: Action, given: Partial<ActionRequest> = {}): Promise<Prepared> {
    return stored(await this.platform().prepare(asking(action, given)));
  }
}

/** A request for an action on the usual service. */
export function asking(action: Action, given: Partial<ActionRequest> = {}): ActionRequest {
  const target = { type: 'render', service_id: 'srv-1', credential: 'RENDER_API_KEY' } as const;
  return askingFor({ target, action }, given);
}
