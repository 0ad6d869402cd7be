import type { ConfigStore } from '../kept-config.js';
import type { Variables } from '../platform.js';
import { differing, textOf } from '../variables.js';
import { refuse } from '../vendor-action.js';
import type { EdgeChange } from './edge-calls.js';
import { type EnvChange, envChanges } from './env-changes.js';
import { readConfig } from './read-config.js';
import { edgeKey, edgeSetting, isEdge } from './settings.js';
import type { VercelStep } from './vercel-action.js';

/**
 * A project's configuration: variables one by one, then the Edge Config's items at once. Nothing is changed where a
 * variable cannot be. What an attempt that died has done already is seen, and left; what was written is read back.
 */
export function configStore(step: VercelStep): ConfigStore {
  const read = async (): Promise<Variables> => (await readConfig(step.calls)).settings;
  return {
    read,
    async write(wanted) {
      const config = await readConfig(step.calls);
      for (const change of await envChanges(step, config, wanted)) await changeEnv(step, change);
      const items = differing(config.settings, wanted)
        .filter(isEdge)
        .map((name) => edgeChange(name, textOf(wanted, name)));
      if (items.length > 0) await step.calls.changeEdgeItems(items);
      const left = differing(await read(), wanted);
      if (left.length > 0)
        refuse(step, `Vercel shows other settings than it took: ${left.join(', ')}`);
    },
  };
}

async function changeEnv({ calls }: VercelStep, change: EnvChange): Promise<void> {
  if (change.kind === 'create') await calls.createEnvVar(change.body);
  else if (change.kind === 'edit') await calls.editEnvVar(change.id, change.body);
  else await calls.removeEnvVar(change.id);
}

function edgeChange(name: string, wanted: string | undefined): EdgeChange {
  const key = edgeKey(name);
  if (wanted === undefined) return { operation: 'delete', key };
  return { operation: 'upsert', key, ...edgeSetting(wanted) };
}
