import type { Level, Prediction } from '../../../lib/domain/assessment.js';
import { calibrated } from '../../../lib/domain/learn/calibrated.js';
import { type Calibration, NO_CALIBRATION } from '../../../lib/domain/learn/calibration.js';
import type { Label, Outcome } from '../../../lib/domain/learn/outcome.js';
import { type Refit, refit } from '../../../lib/domain/learn/refit.js';
import { isSampled } from '../../../lib/domain/learn/sampled.js';
import { verdictOf } from '../../../lib/domain/predict/combine.js';
import { DAY, HOUR, SECOND } from '../../../lib/domain/time.js';
import { type Component, type Look, TICK_MS } from './stream.js';

type Horizons = Prediction['horizons'];

/** What was said of a component at one instant, in the end. */
export interface Said {
  readonly at: number;
  readonly p: Horizons;
}

/** One component's life with what was said of it. */
export interface Lived {
  readonly component: Component;
  readonly said: readonly Said[];
}

/** How the installation is run: the defaults of the settings, at a look every quarter of an hour. */
const RAISE_AT = 0.5;
const HELD_OUT = 0.25;
/** As many quiet ones a day as 1 in 200 of a look a minute. */
const QUIET_SHARE = 15 / 200;
const ALARM_SHARE = TICK_MS / HOUR;
/** Outcomes of a kind that one refit reads, as the store draws them. */
const MOST = 10_000;

function labelOf(look: Look, { failures }: Component, lengthMs: number): Label {
  return failures.some((at) => at > look.at && at <= look.at + lengthMs) ? 1 : 0;
}

function outcomeOf(component: Component, look: Look, kind: Outcome['kind']): Outcome {
  const label = (hours: number) => labelOf(look, component, hours * HOUR);
  const failed = component.failures.find((at) => at > look.at && at <= look.at + DAY);
  return {
    component: component.name,
    at: new Date(look.at),
    raw: look.raw,
    kind,
    share: kind === 'alarm' ? ALARM_SHARE : QUIET_SHARE,
    labels: { '1h': label(1), '6h': label(6), '24h': label(24) },
    acted: { '1h': false, '6h': false, '24h': false },
    failedAt: failed === undefined ? null : new Date(failed),
  };
}

/** Of too many a part, each of which stands for more: every so-manieth of them. */
function drawn(outcomes: readonly Outcome[]): Outcome[] {
  return (['alarm', 'quiet'] as const).flatMap((kind) => {
    const all = outcomes.filter((one) => one.kind === kind);
    const every = Math.ceil(all.length / MOST);
    return all
      .filter((_, i) => i % every === 0)
      .map((one) => ({ ...one, share: one.share / every }));
  });
}

/** One component on its way through the days. */
class Watch {
  readonly said: Said[] = [];
  readonly kept: Outcome[] = [];
  private level: Level = null;
  private readonly component: Component;
  private readonly id: number;

  constructor(component: Component, id: number) {
    this.component = component;
    this.id = id;
  }

  /** Look, say, and keep what a sweep would. */
  see(look: Look, calibration: Calibration): void {
    const p = calibrated(look.raw, calibration, this.component.name);
    const { level } = verdictOf(p, RAISE_AT);
    this.said.push({ at: look.at, p });
    const kind = this.keeps(look.at, level);
    if (kind !== null) this.kept.push(outcomeOf(this.component, look, kind));
    this.level = level;
  }

  private keeps(at: number, level: Level): Outcome['kind'] | null {
    if (level === null) return isSampled(this.id, at / SECOND, QUIET_SHARE) ? 'quiet' : null;
    return level !== this.level || at % HOUR === 0 ? 'alarm' : null;
  }
}

function refitted(watches: readonly Watch[], now: number, prior: Calibration): Refit {
  const ripe = watches.flatMap(({ kept }) => kept.filter(({ at }) => at.getTime() + DAY <= now));
  return refit(drawn(ripe), {
    prior,
    heldOut: HELD_OUT,
    raiseAt: RAISE_AT,
    horizonS: HOUR / SECOND,
    model: 'simulated',
  });
}

/**
 * Let an installation live with a fleet for some days: every look is calibrated with what was learned so
 * far, kept as a sweep would keep it, and learned from once its day has passed.
 *
 * @param everyDays - days between two refits; 0 never learns
 * @param told - is told of each refit
 */
export function live(
  fleet: readonly Component[],
  { days, everyDays }: { readonly days: number; readonly everyDays: number },
  told: (day: number, refit: Refit) => void = () => undefined,
): { lived: Lived[]; calibration: Calibration } {
  const watches = fleet.map((component, id) => new Watch(component, id + 1));
  let calibration = NO_CALIBRATION;
  for (let day = 0; day < days; day += 1) {
    if (everyDays > 0 && day > 0 && day % everyDays === 0) {
      const learnt = refitted(watches, day * DAY, calibration);
      calibration = learnt.calibration;
      told(day, learnt);
    }
    const [from, to] = [(day * DAY) / TICK_MS, ((day + 1) * DAY) / TICK_MS];
    for (const [i, { looks }] of fleet.entries()) {
      for (const look of looks.slice(from, to)) watches[i]?.see(look, calibration);
    }
  }
  const lived = fleet.map((component, i) => ({ component, said: watches[i]?.said ?? [] }));
  return { lived, calibration };
}
