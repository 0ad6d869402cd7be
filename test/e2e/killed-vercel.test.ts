import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Door, startDoor } from '../support/door.js';
import { type KillableStack, startKillableStack } from '../support/killable.js';
import {
  accountOf,
  KILLED_SETTINGS,
  type KilledCase,
  killAmongWorse,
  register,
} from '../support/killed-rollbacks.js';
import {
  breakItems,
  breakVariables,
  configured,
  settingsOf,
} from '../support/vercel/configured.js';
import { type VercelProject, vercelProject } from '../support/vercel/project.js';
import { startVercelServer, type VercelServer } from '../support/vercel-server.js';

/** The calls of a rollback, and of its undo, that change something. */
const STEPS = [
  { step: 'a variable changed', method: 'PATCH', path: /\/env\// },
  { step: 'a variable removed', method: 'DELETE', path: /\/env\// },
  { step: 'a variable made', method: 'POST', path: /\/env(\?|$)/ },
  { step: 'items changed', method: 'PATCH', path: /\/items/ },
  { step: 'the last call', method: 'POST', path: /\/(deployments|rollback\/|promote\/)/ },
] as const;

const KINDS = ['config', 'previous_state'] as const;

const CASES = KINDS.flatMap((kind) =>
  STEPS.flatMap((at) =>
    [false, true].flatMap((undo) =>
      (['before', 'after'] as const).map((when) => ({ kind, ...at, undo, when })),
    ),
  ),
).map((one, i) => ({
  ...one,
  component: `v${i}`,
  project: `prj_v${i}x`,
  edge: `ecfg_v${i}x`,
  order: { action: 'rollback', params: { rollback_type: one.kind } },
  isMeant: ({ method, path, body }) =>
    method === one.method &&
    one.path.test(path) &&
    [`prj_v${i}x`, `ecfg_v${i}x`].some((id) => path.includes(id) || body.includes(id)),
})) satisfies readonly KilledCase[];
type Case = (typeof CASES)[number];

let stack: KillableStack;
let vercel: VercelServer;
let api: Door;
let asked: ReadonlyMap<string, string>;
const good = new Map<string, unknown>();
const bad = new Map<string, unknown>();

beforeAll(async () => {
  vercel = await startVercelServer({
    token: 'vcl_test',
    projects: CASES.map(({ project, edge }) =>
      vercelProject(project, { ...configured(), edgeConfig: edge }),
    ),
  });
  api = await startDoor(vercel.url);
  stack = await startKillableStack({
    settings: { ...KILLED_SETTINGS, provenMinutes: 60 },
    env: { VERCEL_API_URL: api.url, VERCEL_TOKEN: 'vcl_test' },
  });
  await register(stack, CASES, ({ project, edge }) => {
    return { platform: { type: 'vercel', project_id: project, plan: 'pro', edge_config: edge } };
  });
  asked = await killAmongWorse({ stack, api }, CASES, async () => {
    // What was live until now has proven itself, and what comes will not have.
    await stack.sql`update known_states set healthy_minutes = 120`;
    for (const one of CASES) {
      const project = projectOf(one);
      good.set(one.component, settingsOf(project));
      breakVariables(project);
      breakItems(project);
      bad.set(one.component, settingsOf(project));
    }
  });
}, 300_000);

afterAll(async () => {
  await stack?.close();
  await api?.close();
  await vercel?.close();
});

function projectOf({ project }: Case): VercelProject {
  const found = vercel.state.get(project);
  if (found === undefined) throw new Error('the project is there');
  return found;
}

const liveEnv = ({ deployments, production }: VercelProject) =>
  deployments.find(({ uid }) => uid === production)?.env;

/** How often Vercel was asked for what makes a case's change live. */
const madeLive = (one: Case): number =>
  vercel.calls.filter(
    ({ method, path, body }) =>
      method === 'POST' &&
      /\/(deployments|rollback\/|promote\/)/.test(path) &&
      `${path}${JSON.stringify(body)}`.includes(one.project),
  ).length;

describe.each(KINDS)('the functions, killed in a rollback of type %s at Vercel', (kind) => {
  const own = CASES.filter((one) => one.kind === kind);

  it.each(own)('$when $step (undo: $undo): end with one effect, told once', async (one) => {
    expect(await accountOf(stack, asked.get(one.component))).toEqual({
      state: 'succeeded',
      error: null,
      told: [{ type: 'automatic_rollback', success: true }],
      rollbacks: [true],
    });
    expect(madeLive(one)).toBe(one.undo ? 2 : 1);
    if (one.undo) requireRestored(one);
    else requireGoneBack(one);
  });
});

function requireGoneBack(one: Case): void {
  const project = projectOf(one);
  expect(settingsOf(project)).toEqual(good.get(one.component));
  if (one.kind === 'config') expect(liveEnv(project)).toHaveProperty('POOL');
  else expect(project).toMatchObject({ production: 'dpl_2', autoAssignCustomDomains: false });
}

function requireRestored(one: Case): void {
  const project = projectOf(one);
  expect(settingsOf(project)).toEqual(bad.get(one.component));
  expect(project.autoAssignCustomDomains).toBe(true);
  if (one.kind === 'config') expect(liveEnv(project)).toHaveProperty('EXTRA');
  else expect(project.production).toBe('dpl_3');
}
