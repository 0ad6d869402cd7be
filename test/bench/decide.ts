import { DEFAULT_SETTINGS as settings } from '../../lib/domain/settings.js';
import { upstreamOf } from '../../lib/flows/fleet-graph.js';
import { providerOf } from '../../lib/flows/provider-of.js';
import type { DecisionFacts } from '../../lib/store/decision-fact-rows.js';
import { randomOf } from './foresight/random.js';
import { figure, figures, type Line, summary } from './table.js';

/** Fleets of as many components, in layers, each of which depends on some of the next layer. */
const FLEETS = [
  { layers: 2, each: 2 },
  { layers: 4, each: 3 },
  { layers: 8, each: 4 },
  { layers: 10, each: 8 },
] as const;
const COMPONENTS = 2000;
const ROUNDS = 7;

type Facts = Pick<
  DecisionFacts,
  | 'now'
  | 'dependencies'
  | 'openIncidents'
  | 'closedIncidents'
  | 'commonCauses'
  | 'unsureUpstreams'
  | 'platforms'
  | 'providers'
>;

/** A fleet on one platform of which three in five have just begun to fail. */
function factsOf(layers: number, each: number): Facts {
  const random = randomOf(`bench/decide/${layers}/${each}`);
  const now = new Date('2026-03-01T12:00:00Z');
  const wide = Math.floor(COMPONENTS / layers);
  const name = (layer: number, i: number): string => `c${layer}-${i % wide}`;
  const names: string[] = [];
  const dependencies: { name: string; on: string[] }[] = [];
  for (let layer = 0; layer < layers; layer += 1) {
    for (let i = 0; i < wide; i += 1) {
      names.push(name(layer, i));
      if (layer === layers - 1) continue;
      const on = Array.from({ length: each }, () =>
        name(layer + 1, Math.floor(random.uniform(0, 1) * wide)),
      );
      dependencies.push({ name: name(layer, i), on });
    }
  }
  const failing = names
    .filter(() => random.uniform(0, 1) < 0.6)
    .map((component) => ({
      component,
      since: new Date(now.getTime() - random.uniform(0, 1) * 600_000),
    }));
  return {
    now,
    dependencies,
    openIncidents: failing.map((one) => ({ ...one, isFailing: true, isOwnChange: false })),
    closedIncidents: [],
    commonCauses: [],
    unsureUpstreams: [],
    platforms: [{ platform: 'render', components: names.length, failing }],
    providers: [],
  };
}

/** What it costs to know, of all that fail in a platform's outage, what each has in common with others. */
export function benchDecide(): Line[] {
  return FLEETS.map(({ layers, each }) => {
    const rounds: number[] = [];
    let failing = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const facts = factsOf(layers, each);
      failing = facts.openIncidents.length;
      const began = performance.now();
      for (const { component } of facts.openIncidents) {
        upstreamOf(facts, component, settings);
        providerOf(facts, { platform: RENDER, providers: [] }, settings);
      }
      rounds.push(performance.now() - began);
    }
    const all = summary(rounds);
    return {
      what: `causes of a round, ${layers} layers × ${each}`,
      ...figures(all, 'ms'),
      against: `${COMPONENTS} components, ${failing} failing`,
      ratio: figure((all.median * 1000) / failing, 'µs each'),
      note: 'upstreamOf and providerOf of each that fails',
    };
  });
}

const RENDER = { type: 'render', service_id: 'srv-1', credential: 'RENDER_API_KEY' } as const;
