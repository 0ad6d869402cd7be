import { afterEach, beforeEach } from 'vitest';
import type { Action } from '../../../lib/domain/decide/action.js';
import type { ActionRequest, Platform, Prepared } from '../../../lib/platforms/platform.js';
import { type RenderOptions, renderPlatform } from '../../../lib/platforms/render.js';
import { type RenderServer, startRenderServer } from '../render-server.js';
import { stored, TOKEN } from '../vendor/outcome.js';
import { type RenderService, renderDeploy, renderService } from './service.js';

/** The instant at which each test begins, and its recovery, too. */
export const SINCE = new Date('2026-03-02T00:00:00Z');
export const RESTART = { name: 'restart' } as const satisfies Action;
export const ROLLBACK = {
  name: 'rollback',
  rollback_type: 'deployment',
} as const satisfies Action;

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

/** An adapter, and the server that it calls. */
export interface RenderRig {
  /** The clock of both. */
  now: Date;
  readonly server: RenderServer;
  platform(given?: Partial<RenderOptions>): Platform;
  /** Prepare, and answer what the database would give back. */
  prepare(action: Action): Promise<Prepared>;
  /** Begin anew with another service than the usual one. */
  restartWith(given: Partial<RenderService>, finish?: 'at_once' | 'by_hand'): Promise<void>;
  /** The names of the calls so far. */
  operations(): readonly string[];
}

/** Give each test of a file its own server, with one service `srv-1`, and end it after the test. */
export function renderRig(): RenderRig {
  let server: RenderServer | undefined;
  const rig: RenderRig = {
    now: new Date(SINCE),
    get server() {
      if (server === undefined) throw new Error('the server runs only within a test');
      return server;
    },
    platform: (given = {}) =>
      renderPlatform({
        baseUrl: rig.server.url,
        credential: (name) => (name === 'RENDER_API_KEY' ? TOKEN : undefined),
        fetch,
        now: () => rig.now,
        timeoutMs: 5000,
        ...given,
      }),
    prepare: async (action) => stored(await rig.platform().prepare(asking(action))),
    async restartWith(given, finish = 'at_once') {
      await server?.close();
      const service = renderService('srv-1', { deploys: DEPLOYS, ...given });
      server = await startRenderServer({
        token: TOKEN,
        services: [service],
        now: () => rig.now,
        finish,
      });
    },
    operations: () => rig.server.calls.map(({ operation }) => operation),
  };
  beforeEach(async () => {
    rig.now = new Date(SINCE);
    await rig.restartWith({});
  });
  afterEach(async () => {
    const ending = server;
    server = undefined;
    await ending?.close();
  });
  return rig;
}

/** A request for an action on the usual service. */
export function asking(action: Action, given: Partial<ActionRequest> = {}): ActionRequest {
  return {
    recoveryId: '0199c0de-0000-7000-8000-000000000001',
    component: 'shop',
    target: { type: 'render', service_id: 'srv-1', credential: 'RENDER_API_KEY' },
    action,
    byPerson: false,
    ...given,
  };
}
