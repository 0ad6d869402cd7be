import { type DependsOn, rootOf } from '../domain/decide/dependencies.js';
import { providerNow } from '../domain/decide/provider.js';
import { type StandbyNow, standbyOf } from '../domain/decide/standby.js';
import { leaningsOf } from '../domain/provider-name.js';
import type { Settings } from '../domain/settings.js';
import type { ComponentView } from '../store/components.js';
import { readDependencies } from '../store/dependencies.js';
import { readProviders, type StoredProvider } from '../store/provider-status.js';
import type { Sql } from '../store/sql.js';
import { readStandbys, type StoredStandby } from '../store/standbys.js';
import type { Seen } from './seen.js';

/** What lies around the components of an installation. */
export interface Surroundings {
  readonly dependsOn: DependsOn;
  readonly providers: readonly StoredProvider[];
  readonly standbys: readonly StoredStandby[];
}

/** Read what lies around the components. */
export async function readSurroundings(sql: Sql): Promise<Surroundings> {
  const [dependsOn, providers, standbys] = await Promise.all([
    readDependencies(sql),
    readProviders(sql),
    readStandbys(sql),
  ]);
  return { dependsOn, providers, standbys };
}

/** What of it concerns one component. Pure. @param bad - names of the components with an open incident */
export function aroundOne(
  { id, name, platform, providers }: Pick<ComponentView, 'id' | 'name' | 'platform' | 'providers'>,
  around: Surroundings & { readonly bad: ReadonlySet<string> },
  settings: Settings,
  now: Date,
): Pick<Seen, 'upstreamBad' | 'provider'> & { readonly standby: StandbyNow | null } {
  const leanings = leaningsOf(platform.type, providers);
  return {
    upstreamBad: rootOf(name, around.dependsOn, around.bad),
    provider: providerNow(leanings, around.providers, settings, now),
    standby: standbyOf(around.standbys, id, settings, now),
  };
}
