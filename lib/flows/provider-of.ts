import type { Component } from '../domain/component.js';
import { rootOf } from '../domain/decide/dependencies.js';
import { type ProviderNow, providerNow, togetherNow, worseOf } from '../domain/decide/provider.js';
import { leaningsOf, providerOfPlatform } from '../domain/provider-name.js';
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
  const provider = providerOfPlatform(platform.type);
  const together = togetherNow(provider, facts.platforms, settings, facts.now, (failing) =>
    independent(facts, failing),
  );
  return together === null ? said : worseOf(said, together);
}

/** Which of some failing components have no failing one that they depend on. */
function independent({ dependencies }: Facts, failing: readonly string[]): string[] {
  const on = new Map(dependencies.map((one) => [one.name, one.on]));
  const bad = new Set(failing);
  return failing.filter((name) => rootOf(name, on, bad) === null);
}
