import type { Outcome, VendorInput } from '../vendor/server.js';
import type { VercelEdgeItem, VercelEnv, VercelProject } from './project.js';

/** What an operation does to a project. */
export type VercelAct = (project: VercelProject, input: VendorInput) => Outcome;

interface Change {
  readonly operation: 'create' | 'update' | 'upsert' | 'delete';
  readonly key: string;
  readonly value?: unknown;
  readonly description?: string;
}

let made = 0;

/** What a build of production is given. */
export function productionEnv({ envs }: VercelProject): Readonly<Record<string, string>> {
  const own = envs.filter(
    ({ target, gitBranch }) => target.includes('production') && gitBranch === undefined,
  );
  return Object.fromEntries(own.map(({ key, value }) => [key, value]));
}

/** A variable as it is shown: what is `sensitive` to nobody, what is encrypted to whom may see it. */
function view({ value, ...env }: VercelEnv, mayDecrypt: boolean): object {
  if (env.type === 'plain') return { ...env, value };
  const decrypted = env.type === 'encrypted' && mayDecrypt;
  return { ...env, decrypted, value: decrypted ? value : env.type === 'encrypted' ? 'sealed' : '' };
}

/** Whether two variables of one name would be for the same environment. */
const collide = (
  one: Pick<VercelEnv, 'key' | 'target'> & Partial<VercelEnv>,
  other: VercelEnv,
): boolean =>
  one.key === other.key &&
  one.gitBranch === undefined &&
  other.gitBranch === undefined &&
  one.target.some((target) => other.target.includes(target));

/** What the operations of a configuration do. */
export function configActs(now: () => Date): Readonly<Record<string, VercelAct>> {
  return {
    filterProjectEnvs: ({ envs, decrypts }, { query }) => ({
      status: 200,
      body: {
        envs: envs.map((one) => view(one, query['decrypt'] === 'true' && decrypts === 'list')),
      },
    }),
    getProjectEnv: ({ envs, decrypts }, { params }) => {
      const found = envs.find(({ id }) => id === params['id']);
      if (found === undefined) return { status: 400 };
      const { value: _, ...rest } = found;
      return found.type !== 'sensitive' && decrypts !== 'never'
        ? { status: 200, body: { ...found, decrypted: true } }
        : { status: 200, body: { ...rest, decrypted: false } };
    },
    createProjectEnv: (project, { body }) => {
      const given = body as Pick<VercelEnv, 'key' | 'value' | 'type' | 'target'>;
      if (project.envs.some((one) => collide(given, one))) return { status: 400 };
      made += 1;
      const at = now().getTime();
      const created = { ...given, id: `env_new${made}`, createdAt: at, updatedAt: at };
      project.envs.push(created);
      return { status: 201, body: { created: view(created, false), failed: [] } };
    },
    editProjectEnv: (project, { params, body }) => {
      const found = project.envs.find(({ id }) => id === params['id']);
      if (found === undefined) return { status: 404 };
      const { comment, ...given } = body as Partial<VercelEnv>;
      const others = project.envs.filter((one) => one !== found);
      if (others.some((one) => collide({ ...found, ...given }, one))) return { status: 400 };
      Object.assign(found, given, { updatedAt: now().getTime() });
      if (comment) found.comment = comment;
      else if (comment === '') delete found.comment;
      return { status: 200, body: view(found, false) };
    },
    removeProjectEnv: (project, { params }) => {
      const found = project.envs.find(({ id }) => id === params['id']);
      if (found === undefined) return { status: 404 };
      project.envs = project.envs.filter((one) => one !== found);
      return { status: 200, body: view(found, false) };
    },
    getEdgeConfigItems: under('edge-config', shownItems),
    patchEdgeConfigItems: under('edge-config', changeItems(now)),
    getGlobalConfigItems: under('global-config', shownItems),
    patchGlobalConfigItems: under('global-config', changeItems(now)),
  };
}

/** Nothing is there under a path that Vercel does not know. */
const under =
  (path: VercelProject['edgePaths'][number], act: VercelAct): VercelAct =>
  (project, input) =>
    project.edgePaths.includes(path) ? act(project, input) : { status: 404 };

const shownItems: VercelAct = ({ edgeItems }) => ({
  status: 200,
  body: edgeItems.map((one) => ({ ...structuredClone(one), edgeConfigId: 'ecfg_1' })),
});

const changeItems =
  (now: () => Date): VercelAct =>
  (project, { body }) => {
    const { items } = body as { readonly items: readonly Change[] };
    const kept = changed(project.edgeItems, items, now().getTime());
    if (kept === null) return { status: 400 };
    project.edgeItems = kept;
    return { status: 200, body: { status: 'ok' } };
  };

/** The items after all changes; null where one of them cannot be made. */
function changed(
  items: readonly VercelEdgeItem[],
  changes: readonly Change[],
  at: number,
): VercelEdgeItem[] | null {
  const all = new Map(items.map((one) => [one.key, one]));
  for (const { operation, key, value, description } of changes) {
    const found = all.get(key);
    if (operation === 'delete') {
      if (found === undefined) return null;
      all.delete(key);
      continue;
    }
    all.set(key, {
      key,
      value,
      ...(description ? { description } : {}),
      createdAt: found?.createdAt ?? at,
      updatedAt: at,
    });
  }
  return [...all.values()];
}
