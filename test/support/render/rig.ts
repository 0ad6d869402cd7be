import type { Action } from '../../../lib/domain/decide/action.js';
import type { ActionRequest, Prepared } from '../../../lib/platforms/platform.js';
import { renderPlatform } from '../../../lib/platforms/render.js';
import { type RenderServer, startRenderServer } from '../render-server.js';
import { stored } from '../vendor/outcome.js';
import { askingFor, VendorRig } from '../vendor/rig.js';
import { type RenderService, renderDeploy, renderService } from './service.js';

export const RESTART = { name: 'restart' } as const satisfies Action;

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
};

/** Render's adapter, and a server with one service `srv-1`. */
export class RenderRig extends VendorRig<RenderServer, RenderService> {
  constructor() {
    super({
      credential: 'RENDER_API_KEY',
      adapter: renderPlatform,
      start: (given, options) => {
        const service = renderService('srv-1', { deploys: DEPLOYS, ...given });
        return startRenderServer({ ...options, services: [service] });
      },
    });
  }

  /** Prepare, and answer what the database would give back. */
  async prepare(action: Action): Promise<Prepared> {
    return stored(await this.platform().prepare(asking(action)));
  }
}

/** A request for an action on the usual service. */
export function asking(action: Action, given: Partial<ActionRequest> = {}): ActionRequest {
  const target = { type: 'render', service_id: 'srv-1', credential: 'RENDER_API_KEY' } as const;
  return askingFor({ target, action }, given);
}
