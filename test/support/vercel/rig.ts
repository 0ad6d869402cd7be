import type { Action } from '../../../lib/domain/decide/action.js';
import type { ActionRequest, Prepared } from '../../../lib/platforms/platform.js';
import { vercelPlatform } from '../../../lib/platforms/vercel.js';
import { stored } from '../vendor/outcome.js';
import { askingFor, VendorRig } from '../vendor/rig.js';
import { startVercelServer, type VercelServer } from '../vercel-server.js';
import { type VercelProject, vercelProject } from './project.js';

export const REDEPLOY = { name: 'restart' } as const satisfies Action;

const TARGET = {
  type: 'vercel',
  project_id: 'prj_1',
  plan: 'pro',
  credential: 'VERCEL_TOKEN',
} as const satisfies ActionRequest['target'];

/** Vercel's adapter, and a server with one project `prj_1`. */
export class VercelRig extends VendorRig<VercelServer, VercelProject> {
  constructor() {
    super({
      credential: 'VERCEL_TOKEN',
      adapter: vercelPlatform,
      start: (given, options) =>
        startVercelServer({ ...options, projects: [vercelProject('prj_1', given)] }),
    });
  }

  /** The usual project as it is now. */
  get project(): VercelProject {
    const project = this.server.state.get('prj_1');
    if (project === undefined) throw new Error('the project is gone');
    return project;
  }

  /** Prepare, and answer what the database would give back. */
  async prepare(action: Action, given?: Partial<ActionRequest>): Promise<Prepared> {
    return stored(await this.platform().prepare(asking(action, given)));
  }
}

/** A request for an action on the usual project. */
export function asking(
  action: Action,
  { target = TARGET, ...given }: Partial<ActionRequest> = {},
): ActionRequest {
  return askingFor({ target, action }, given);
}
