import { afterEach, beforeEach } from 'vitest';
import type { Action } from '../../../lib/domain/decide/action.js';
import type { ActionRequest, Platform, Prepared } from '../../../lib/platforms/platform.js';
import { type VercelOptions, vercelPlatform } from '../../../lib/platforms/vercel.js';
import { stored, TOKEN } from '../vendor/outcome.js';
import { startVercelServer, type VercelServer } from '../vercel-server.js';
import { type VercelProject, vercelProject } from './project.js';

/** The instant at which each test begins, and its recovery, too. */
export const SINCE = new Date('2026-03-02T00:00:00Z');
export const REDEPLOY = { name: 'restart' } as const satisfies Action;
export const ROLLBACK = {
  name: 'rollback',
  rollback_type: 'deployment',
} as const satisfies Action;
export const RECOVERY_ID = '0199c0de-0000-7000-8000-000000000001';

const TARGET = {
  type: 'vercel',
  project_id: 'prj_1',
  plan: 'pro',
  credential: 'VERCEL_TOKEN',
} as const satisfies ActionRequest['target'];

/** An adapter, and the server that it calls. */
export interface VercelRig {
  /** The clock of both. */
  now: Date;
  readonly server: VercelServer;
  /** The usual project as it is now. */
  readonly project: VercelProject;
  platform(given?: Partial<VercelOptions>): Platform;
  /** Prepare, and answer what the database would give back. */
  prepare(action: Action, given?: Partial<ActionRequest>): Promise<Prepared>;
  /** Begin anew with another project than the usual one. */
  restartWith(given: Partial<VercelProject>, finish?: 'at_once' | 'by_hand'): Promise<void>;
  /** The names of the calls so far. */
  operations(): readonly string[];
}

/** Give each test of a file its own server, with one project `prj_1`, and end it after the test. */
export function vercelRig(): VercelRig {
  let server: VercelServer | undefined;
  const rig: VercelRig = {
    now: new Date(SINCE),
    get server() {
      if (server === undefined) throw new Error('the server runs only within a test');
      return server;
    },
    get project() {
      const project = rig.server.state.get('prj_1');
      if (project === undefined) throw new Error('the project is gone');
      return project;
    },
    platform: (given = {}) =>
      vercelPlatform({
        baseUrl: rig.server.url,
        credential: (name) => (name === 'VERCEL_TOKEN' ? TOKEN : undefined),
        fetch,
        now: () => rig.now,
        timeoutMs: 5000,
        ...given,
      }),
    prepare: async (action, given) => stored(await rig.platform().prepare(asking(action, given))),
    async restartWith(given, finish = 'at_once') {
      await server?.close();
      const projects = [vercelProject('prj_1', given)];
      server = await startVercelServer({ token: TOKEN, projects, now: () => rig.now, finish });
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

/** A request for an action on the usual project. */
export function asking(
  action: Action,
  { target = TARGET, ...given }: Partial<ActionRequest> = {},
): ActionRequest {
  return {
    recoveryId: RECOVERY_ID,
    component: 'shop',
    target,
    action,
    byPerson: false,
    ...given,
  };
}
