import type { Component } from '../../domain/component.js';
import { OWN_CHANGES } from '../../domain/decide/cause.js';
import { groundOf } from '../../domain/ground.js';
import type { DecisionFacts } from '../../store/decision-fact-rows.js';
import type { StoredIncident } from '../../store/incidents.js';

/** Platforms with components that fail, as the database would answer them. */
export function platformsOf({
  components,
  incidents,
}: {
  readonly components: ReadonlyMap<number, Pick<Component, 'platform'>>;
  readonly incidents: ReadonlyMap<number, StoredIncident>;
}): DecisionFacts['platforms'] {
  const platformOf = (id: number): string | null =>
    groundOf(components.get(id)?.platform ?? { type: 'none' });
  const failing = new Map<string, { component: string; since: Date }[]>();
  for (const { componentId, component, kind, plan, failedAt, openedAt } of incidents.values()) {
    const platform = platformOf(componentId);
    const isOwn = OWN_CHANGES.includes(plan.situation);
    if (kind !== 'failing' || isOwn || platform === null) continue;
    const known = failing.get(platform) ?? [];
    failing.set(platform, [...known, { component, since: failedAt ?? openedAt }]);
  }
  return [...failing].map(([platform, names]) => ({
    platform,
    failing: names,
    components: [...components.keys()].filter((id) => platformOf(id) === platform).length,
  }));
}
