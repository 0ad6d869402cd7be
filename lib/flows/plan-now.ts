import type { App } from '../app.js';
import { rootOf } from '../domain/decide/dependencies.js';
import type { Plan } from '../domain/decide/incident.js';
import { providerNow } from '../domain/decide/provider.js';
import { leaningsOf } from '../domain/provider-name.js';
import type { Settings } from '../domain/settings.js';
import type { ComponentView } from '../store/components.js';
import { readDependencies } from '../store/dependencies.js';
import { listDeployments } from '../store/deployments.js';
import { readProviders } from '../store/provider-status.js';
import { listRules } from '../store/rules.js';
import type { Look } from './look-now.js';
import { planIncident } from './plan-incident.js';

/** The plan that an incident would be opened with now. */
export async function planNow(
  app: App,
  {
    component,
    look,
    bad,
    settings,
  }: {
    readonly component: ComponentView;
    readonly look: Look;
    readonly bad: ReadonlySet<string>;
    readonly settings: Settings;
  },
): Promise<Plan> {
  const { id, name, platform, providers } = component;
  const [[deployment], dependsOn, statuses, rules] = await Promise.all([
    listDeployments(app.sql, {
      componentIds: [id],
      phase: 'finished',
      withinS: settings.deploymentBlameS + settings.deploymentFreezeS,
      limit: 1,
    }),
    readDependencies(app.sql),
    readProviders(app.sql),
    listRules(app.sql),
  ]);
  const { now, watched } = look;
  const beside = {
    memory: watched.memory,
    deployment: deployment ?? null,
    upstreamBad: rootOf(name, dependsOn, bad),
    provider: providerNow(leaningsOf(platform.type, providers), statuses, settings, now),
    rules,
  };
  return planIncident(app.platforms, { ...look, ...beside }, settings, now);
}
