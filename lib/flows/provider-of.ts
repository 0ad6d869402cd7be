import type { Component } from '../domain/component.js';
import { rootsAmong } from '../domain/decide/dependencies.js';
import { type ProviderNow, providerNow, togetherNow, worseOf } from '../domain/decide/provider.js';
import { groundOf } from '../domain/ground.js';
import { leaningsOf } from '../domain/provider-name.js';
import type { Settings } from '../domain/settings.js';
import type { DecisionFacts } from '../store/decision-fact-rows.js';

type Facts = Pick<DecisionFacts, 'now' | 'providers' | 'platforms' | 'dependencies'>;

/** How the providers fare that a component runs on and leans on, by their pages and by those beside it. Pure. */
export function providerOf(
  facts: Facts,
  { platform, providers }: Pick<Component, 'platform' | 'providers'>,
  settings: Settings,
): ProviderNow {
  const said = providerNow(
    leaningsOf(platform.type, providers),
    facts.providers,
    settings,
    facts.now,
  );
  const together = sharedFault(facts, platform, settings);
  return together === null ? said : worseOf(said, together);
}

/** A round asks about hundreds of components with one set of facts. */
const known = new WeakMap<Facts['platforms'], Map<string, ProviderNow | null>>();

/** The suspicion against the platform that a component runs on, if there is one. */
function sharedFault(
  { platforms, dependencies }: Facts,
  platform: Component['platform'],
  settings: Settings,
): ProviderNow | null {
  const ground = groundOf(platform);
  if (ground === null) return null;
  const found = known.get(platforms) ?? new Map<string, ProviderNow | null>();
  known.set(platforms, found);
  const { providerTogetherMin, providerTogetherShare, providerTogetherS } = settings;
  const key = [ground, providerTogetherMin, providerTogetherShare, providerTogetherS].join(' ');
  const before = found.get(key);
  if (before !== undefined) return before;
  const together = togetherNow(ground, platforms, settings, (failing) =>
    rootsAmong(failing, new Map(dependencies.map((one) => [one.name, one.on]))),
  );
  found.set(key, together);
  return together;
}
