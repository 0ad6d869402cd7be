import { DAY, HOUR } from '../../../lib/domain/time.js';
import { FAULTS, type FaultName } from '../foresight/faults.js';
import { METHODS } from '../foresight/methods.js';
import { NEGATIVES, type NegativeName } from '../foresight/negatives.js';
import { type Random, randomOf } from '../foresight/random.js';
import { faulty, type Scenario, sound } from '../foresight/scenario.js';
import { windowsOf } from '../foresight/train/windows-of.js';
import { type Component, type Look, TICK_MS } from './stream.js';

/**
 * How a component differs from those that the predictor was made on: what its usage is multiplied by before
 * anybody sees it, because its limit is stated too low (it lives on beyond it) or too high (it fails before it).
 */
const MISSTATED = { tough: 1.2, brittle: 0.85, ordinary: 1 } as const;

type Kind = keyof typeof MISSTATED;

/** Shares of the fleet. */
function drawKind(random: Random): Kind {
  const draw = random.uniform(0, 1);
  if (draw < 0.35) return 'tough';
  return draw < 0.6 ? 'brittle' : 'ordinary';
}

/** Share of the lives that end in a failure, and days that the others last. */
const FAILS = 0.4;
const LASTS = { least: 3, most: 12 } as const;
/** What is shown is at most this: a sensor ends there. */
const FULL = 99.5;
/** Between a failure and the next life, milliseconds. */
const REPAIR_MS = HOUR;

const NOTHING: Look['raw'] = { '1h': 0.001, '6h': 0.003, '24h': 0.01 };

const isFault = (name: string): name is FaultName => Object.hasOwn(FAULTS, name);
const isNegative = (name: string): name is NegativeName => Object.hasOwn(NEGATIVES, name);
const FAULT_NAMES = Object.keys(FAULTS).filter(isFault);
const NEGATIVE_NAMES = Object.keys(NEGATIVES).filter(isNegative);

function pick<N>(names: readonly N[], random: Random): N {
  const [first, ...rest] = names;
  if (first === undefined) throw new RangeError('there is nothing to pick from');
  return random.pick([first, ...rest]);
}

/** The scenario as this component shows it. */
function shown(scenario: Scenario, factor: number): Scenario {
  if (factor === 1) return scenario;
  const see = ([metric, value]: [string, number]): [string, number] =>
    metric.endsWith('_usage') ? [metric, Math.min(FULL, value * factor)] : [metric, value];
  const samples = scenario.samples.map((sample) => ({
    ...sample,
    values: Object.fromEntries(Object.entries(sample.values).map(see)),
  }));
  return { ...scenario, samples };
}

/** What the predictor says of one life, a look every quarter of an hour. */
function* looksAt(
  scenario: Scenario,
): Generator<{ readonly sinceMs: number; readonly raw: Look['raw'] }> {
  const watch = METHODS.forestall();
  for (const { at, window } of windowsOf(scenario, TICK_MS)) {
    const [first, sixth, last] = watch(window, new Date(at)).within;
    yield { sinceMs: at - scenario.startedAt, raw: { '1h': first, '6h': sixth, '24h': last } };
  }
}

/** The next life of a component. */
function nextLife(name: string, usual: NegativeName, random: Random): Scenario {
  const lasts = random.uniform(LASTS.least, LASTS.most);
  const fault = pick(FAULT_NAMES, random);
  return random.chance(FAILS) ? faulty(fault, name) : sound(usual, name, lasts);
}

/** One life after the other, until the days are over. */
function component(seed: string, i: number, days: number): Component {
  const random = randomOf(`${seed}/watched/${i}`);
  const kind = drawKind(random);
  const usual = pick(NEGATIVE_NAMES, random);
  const ticks = (days * DAY) / TICK_MS;
  const said = new Map<number, Look['raw']>();
  const failures: number[] = [];
  for (let [from, life] = [0, 0]; from < ticks; life += 1) {
    const real = nextLife(`${seed}/${i}/${life}`, usual, random);
    for (const { sinceMs, raw } of looksAt(shown(real, MISSTATED[kind]))) {
      said.set(from + Math.round(sinceMs / TICK_MS), raw);
    }
    const { failedAt, startedAt, endedAt } = real;
    if (failedAt !== null) failures.push(from * TICK_MS + failedAt - startedAt);
    from += Math.ceil(((failedAt ?? endedAt) - startedAt + REPAIR_MS) / TICK_MS);
  }
  const looks = Array.from({ length: ticks }, (_, tick) => ({
    at: tick * TICK_MS,
    raw: said.get(tick) ?? NOTHING,
  }));
  return { name: `c-${i}`, kind, looks, failures: failures.filter((at) => at < days * DAY) };
}

/**
 * A fleet of the simulator of `bench:foresight`, each of its components with limits that are stated wrongly in
 * its own way, and what the shipped predictor says of it. The same for the same seed.
 *
 * @param told - is told how many components have been watched
 */
export function watchFleet(
  {
    seed,
    components,
    days,
  }: { readonly seed: string; readonly components: number; readonly days: number },
  told: (done: number) => void,
): Component[] {
  return Array.from({ length: components }, (_, i) => {
    const one = component(seed, i, days);
    told(i + 1);
    return one;
  });
}
