import type { Action } from '../../../lib/domain/decide/action.js';
import type {
  ActionRequest,
  LedgerState,
  PlatformState,
  Prepared,
} from '../../../lib/platforms/platform.js';
import { vercelPlatform } from '../../../lib/platforms/vercel.js';
import { stored } from '../vendor/outcome.js';
import { askingFor, type Finish, VendorRig } from '../vendor/rig.js';
import { startVercelServer, type VercelServer } from '../vercel-server.js';
import { breakItems, breakVariables, configured, proven, settingsOf } from './configured.js';
import { type VercelProject, vercelProject } from './project.js';

export const CONFIG = { name: 'rollback', rollback_type: 'config' } as const satisfies Action;

export const STATE = {
  name: 'rollback',
  rollback_type: 'previous_state',
} as const satisfies Action;

export const REDEPLOY = { name: 'restart' } as const satisfies Action;

export const TARGET = {
  type: 'vercel',
  project_id: 'prj_1',
  plan: 'pro',
  credential: 'VERCEL_TOKEN',
} as const satisfies ActionRequest['target'];

/** The usual project with an Edge Config. */
export const WITH_EDGE = { ...TARGET, edge_config: 'ecfg_1' } as const;

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

  /** Begin anew with a good state, and with settings that were changed for the worse since; tells the good ones. */
  async breakConfig(
    given: Partial<VercelProject> = {},
    finish: Finish = 'at_once',
  ): Promise<{ good: LedgerState; settings: unknown }> {
    await this.restartWith({ ...configured(), ...given }, finish);
    const good = { good: proven(await this.state()), settings: settingsOf(this.project) };
    breakVariables(this.project);
    breakItems(this.project);
    return good;
  }

  /** What is live of the usual project, its Edge Config among it. */
  state(target: ActionRequest['target'] = WITH_EDGE): Promise<PlatformState | null> | undefined {
    return this.platform().state?.({ component: 'shop', target });
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
