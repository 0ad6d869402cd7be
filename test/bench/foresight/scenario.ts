import type { Sample } from '../../../lib/domain/metrics.js';
import { FAULTS, type FaultName, UNPREDICTABLE } from './faults.js';
import { type Failure, type Latent, live } from './latent.js';
import { NEGATIVES, type NegativeName } from './negatives.js';
import { withNuisance } from './nuisance.js';
import { observe } from './observe.js';
import { type Random, randomOf } from './random.js';
import { DAY, drawService } from './service.js';

/** One component's story, as it was seen, with what is known of its end. */
export interface Scenario {
  readonly kind: FaultName | NegativeName;
  readonly samples: readonly Sample[];
  /** Instants in milliseconds; null where nothing fails. */
  readonly onsetAt: number | null;
  readonly failedAt: number | null;
  /** What the failure is; null where nothing fails. */
  readonly failure: Failure | null;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Whether anything announced the failure. */
  readonly predictable: boolean;
}

/** A Monday: the calendar is not a sign of anything. */
const START = Date.UTC(2026, 0, 5);

/** How often a fault is drawn anew when it came to no failure, or failed before it began. */
const DRAWS = 20;

/** Shortest ramp and history, minutes. */
const SHORTEST = 10;

/**
 * A failure can be predicted when it is on its way for as long as this, minutes, and shows as many samples
 * before an alarm would come too late: a ramp of ten minutes that is looked at every five, and must be announced
 * five before it ends, has nothing to be told from a ripple by. Recall over all failures is told beside it.
 */
const LEAST_RAMP = 20;
const LEAST_SAMPLES = 5;
const LATEST_ALARM = 5;

function isSeenComing(
  samples: Scenario['samples'],
  instant: (minute: number) => number,
  onset: number | null,
  failedAt: number | null,
): boolean {
  if (onset === null || failedAt === null || failedAt - onset < LEAST_RAMP) return false;
  const [from, to] = [instant(onset), instant(failedAt - LATEST_ALARM)];
  const seen = samples.filter(({ at }) => at.getTime() >= from && at.getTime() <= to);
  return seen.length >= LEAST_SAMPLES;
}

function told(
  latent: Latent,
  random: Random,
  kind: Scenario['kind'],
  onset: number | null,
): Scenario {
  const at = (minute: number): number => START + minute * 60_000;
  const { failedAt } = latent;
  const samples = observe(latent, START, random.fork('watch'));
  return {
    kind,
    samples,
    onsetAt: onset === null ? null : at(onset),
    failedAt: failedAt === null ? null : at(failedAt),
    failure: latent.failure,
    startedAt: START,
    endedAt: at(latent.minutes),
    predictable: !UNPREDICTABLE.has(kind) && isSeenComing(samples, at, onset, failedAt),
  };
}

/**
 * Make a component that fails: ramps of 10 min to 40 h after 10 min to 7 days of history.
 *
 * @throws {Error} when the fault never comes to a failure, which would be a fault of the simulator's
 */
export function faulty(kind: FaultName, seed: string): Scenario {
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const random = randomOf(`${seed}/${kind}/${draw}`);
    const service = drawService(random.fork('service'));
    const minutes = Math.round(random.logUniform(SHORTEST, 40 * 60));
    const onset = Math.round(random.logUniform(10, 7 * DAY));
    const made = FAULTS[kind](service, { onset, minutes }, random.fork('fault'));
    const total = onset + 2 * minutes + DAY;
    const acting = withNuisance(made.acting, onset, random.fork('nuisance'));
    const latent = live(made.service, acting, total, random.fork('life'));
    if (latent.failedAt !== null && latent.failedAt > onset) {
      return told(latent, random, kind, onset);
    }
  }
  throw new Error(`${kind} came to no failure in ${DRAWS} draws of seed ${seed}`);
}

/**
 * Make a component that does not fail, watched for days.
 *
 * @throws {Error} when it fails all the same, which would be a fault of the simulator's
 */
export function sound(kind: NegativeName, seed: string, days: number): Scenario {
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const random = randomOf(`${seed}/${kind}/${draw}`);
    const made = NEGATIVES[kind](drawService(random.fork('service')), random.fork('kind'));
    const acting = withNuisance(made.acting, days * DAY, random.fork('nuisance'));
    const latent = live(made.service, acting, days * DAY, random.fork('life'));
    if (latent.failedAt === null) return told(latent, random, kind, null);
  }
  throw new Error(`${kind} failed in all of ${DRAWS} draws of seed ${seed}`);
}
