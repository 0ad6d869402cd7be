import type { LedgerState, PlatformState } from '../../../lib/platforms/platform.js';
import { productionEnv } from './config-acts.js';
import {
  DAY,
  type VercelEnv,
  type VercelProject,
  vercelDeployment,
  vercelEdgeItem,
  vercelEnv,
} from './project.js';

/** A value that must be seen nowhere. */
export const PLANTED = 'planted-secret-9v3';

/** What a project is set to while all is well. */
export const configured = (): Partial<VercelProject> => ({
  envs: [
    vercelEnv('DATABASE_URL', `postgres://good:${PLANTED}@db`, {
      target: ['preview', 'production'],
      comment: 'of the shop',
    }),
    vercelEnv('PORT', '10000', { type: 'plain' }),
    vercelEnv('POOL', PLANTED),
    vercelEnv('SESSION_KEY', PLANTED, { type: 'sensitive' }),
    vercelEnv('API_URL', 'http://preview', { target: ['preview'], gitBranch: 'next' }),
  ],
  edgeItems: [
    vercelEdgeItem('checkout', { on: true, share: 0.5 }, { description: 'the new one' }),
    vercelEdgeItem('limit', 10),
    vercelEdgeItem('secret', PLANTED),
  ],
});

const find = ({ envs }: VercelProject, key: string): VercelEnv => {
  const found = envs.find((one) => one.key === key);
  if (found === undefined) throw new Error(`there is a ${key}`);
  return found;
};

/** The deployment that brought what was changed, ten minutes after the good one, of the same commit. */
export const broken = vercelDeployment(12, { uid: 'dpl_3', meta: { githubCommitSha: 'commit-2' } });

/** Change variables for the worse: one is other, one is missing, one is new; and deploy with them. */
export function breakVariables(project: VercelProject): void {
  const at = DAY + 11 * 60_000;
  Object.assign(find(project, 'DATABASE_URL'), {
    value: `postgres://bad:${PLANTED}@db`,
    updatedAt: at,
  });
  project.envs = project.envs.filter(({ key }) => key !== 'POOL');
  project.envs.push(vercelEnv('EXTRA', PLANTED, { createdAt: at, updatedAt: at }));
  project.deployments.push({ ...structuredClone(broken), env: productionEnv(project) });
  project.production = broken.uid;
}

/** Change items for the worse: one is other, one is missing, one is new. They are live at once. */
export function breakItems(project: VercelProject): void {
  const at = DAY + 13 * 60_000;
  const [checkout, , secret] = project.edgeItems;
  if (checkout === undefined || secret === undefined) throw new Error('there are three items');
  project.edgeItems = [
    { ...checkout, value: { on: false, share: 1 }, updatedAt: at },
    secret,
    vercelEdgeItem('new', PLANTED, { createdAt: at, updatedAt: at }),
  ];
}

/** What was seen, as the ledger knows it once it is proven. */
export function proven(state: PlatformState | null | undefined): LedgerState {
  if (state == null) throw new Error('something settled is live');
  return {
    deploymentId: state.deployment_id,
    version: state.version,
    instances: state.instances,
    firstSeen: new Date(DAY + 3 * 60_000),
    lastSeen: new Date(DAY + 10 * 60_000),
    healthyMinutes: 90,
    evidence: '90 healthy minutes',
    schema: null,
    incidents: 0,
    standing: 'proven',
    config: state.config,
  };
}

/** A project's configuration without what differs each time that it is made. */
export function settingsOf({ envs, edgeItems }: VercelProject): unknown {
  const bare = <T extends { readonly key: string }>(all: readonly T[]) =>
    all
      .map((one) => ({ ...one, id: null, createdAt: null, updatedAt: null }))
      .toSorted((a, b) => a.key.localeCompare(b.key));
  return {
    envs: bare(envs.map((one) => ({ ...one, target: one.target.toSorted() }))),
    edgeItems: bare(edgeItems),
  };
}

/** The calls that put a broken configuration back, in their order. */
export const PUT_BACK = [
  'editProjectEnv',
  'removeProjectEnv',
  'createProjectEnv',
  'patchEdgeConfigItems',
] as const;

/**
 * Each call of a rollback whose answer may be lost, and what a look must come to then.
 *
 * @param last - the call after those, by which it goes live
 */
export const lostAnswers = (last: 'createDeployment' | 'requestRollback') =>
  [...PUT_BACK, last].flatMap((step) =>
    [true, false].map((effect) => ({
      step,
      effect,
      kind:
        step === last && effect
          ? ('done' as const)
          : step === PUT_BACK[0] && !effect
            ? ('not_done' as const)
            : ('partly' as const),
    })),
  );
