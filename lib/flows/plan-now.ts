import type { App } from '../app.js';
import type { Plan } from '../domain/decide/incident.js';
import type { Settings } from '../domain/settings.js';
import type { ComponentView } from '../store/components.js';
import { listDeployments } from '../store/deployments.js';
import { listRules } from '../store/rules.js';
import type { Look } from './look-now.js';
import { planIncident } from './plan-incident.js';
import { aroundOne, readSurroundings } from './surroundings.js';

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
  const [[deployment], surroundings, rules] = await Promise.all([
    listDeployments(app.sql, {
      componentIds: [component.id],
      phase: 'finished',
      withinS: settings.deploymentBlameS + settings.deploymentFreezeS,
      limit: 1,
    }),
    readSurroundings(app.sql),
    listRules(app.sql),
  ]);
  const { now, watched } = look;
  const beside = {
    memory: watched.memory,
    deployment: deployment ?? null,
    ...aroundOne(component, { ...surroundings, bad }, settings, now),
    rules,
  };
  return planIncident(app.platforms, { ...look, ...beside }, settings, now);
}
