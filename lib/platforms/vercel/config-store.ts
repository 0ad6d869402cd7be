import type { ConfigStore } from '../kept-config.js';
import type { Variables } from '../platform.js';
import { differing } from '../variables.js';
import { refuse } from '../vendor-action.js';
import type { EnvVar } from './answers.js';
import type { EdgeChange } from './config-calls.js';
import { readConfig } from './read-config.js';
import { edgeKey, edgeSetting, envBody, isEdge } from './settings.js';
import type { VercelStep } from './vercel-action.js';

/**
 * A project's configuration: variables one by one, then the Edge Config's items at once. What an attempt that
 * died has done already is seen, and left; what was written is read back.
 */
export function configStore(step: VercelStep): ConfigStore {
  const read = async (): Promise<Variables> => (await readConfig(step.calls)).settings;
  return {
    read,
    async write(wanted) {
      const { settings: now, envs } = await readConfig(step.calls);
      const names = differing(now, wanted);
      for (const name of names.filter((one) => !isEdge(one))) {
        await writeVariable(step, { name, wanted: wanted[name], envs });
      }
      const items = names.filter(isEdge).map((name) => edgeChange(name, wanted[name]));
      if (items.length > 0) await step.calls.changeEdgeItems(items);
      const left = differing(await read(), wanted);
      if (left.length > 0)
        refuse(step, `Vercel shows other settings than it took: ${left.join(', ')}`);
    },
  };
}

/** Make, change or remove one variable. */
async function writeVariable(
  step: VercelStep,
  {
    name,
    wanted,
    envs,
  }: {
    readonly name: string;
    readonly wanted: string | undefined;
    readonly envs: readonly EnvVar[];
  },
): Promise<void> {
  const { calls } = step;
  const now = envs.find(({ key }) => key === name);
  if (wanted === undefined) {
    if (now !== undefined) await calls.removeEnvVar(now.id);
    return;
  }
  const body = envBody(name, wanted) ?? refuse(step, `the value of ${name} is not known`);
  if (now === undefined) await calls.createEnvVar(body);
  else {
    const { key: _, comment = '', ...rest } = body;
    await calls.editEnvVar(now.id, { ...rest, comment });
  }
}

function edgeChange(name: string, wanted: string | undefined): EdgeChange {
  const key = edgeKey(name);
  if (wanted === undefined) return { operation: 'delete', key };
  return { operation: 'upsert', key, ...edgeSetting(wanted) };
}
