import type { Prediction } from '../../../lib/domain/assessment.js';
import { sigmoid } from '../../../lib/domain/learn/logit.js';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.js';
import { type Random, randomOf } from '../foresight/random.js';
import { drawHabit, type Habit } from './habits.js';

/** Time between two looks at a component. */
export const TICK_MS = 15 * MINUTE;

/** What a predictor says of a component at one instant. */
export interface Look {
  readonly at: number;
  readonly raw: Prediction['horizons'];
}

/** One component: everything that was said of it, and when it failed. */
export interface Component {
  readonly name: string;
  readonly kind: Habit['kind'] | 'tough' | 'brittle' | 'ordinary';
  readonly looks: readonly Look[];
  readonly failures: readonly number[];
}

/** A time of stress. */
interface Episode {
  readonly from: number;
  /** The failure, or the height of what is survived. */
  readonly peak: number;
  readonly fails: boolean;
  readonly height: number;
}

/** Evidence while nothing happens, log odds. */
const CALM = -4.5;
/** How far evidence strays from look to look, and how much of it stays to the next. */
const NOISE = 0.35;
const STAYS = 0.8;

function drawEpisodes(habit: Habit, random: Random, days: number): Episode[] {
  const episodes: Episode[] = [];
  let at = 0;
  for (;;) {
    at += (-Math.log(random.uniform(1e-9, 1)) / habit.perDay) * DAY;
    const lasts = Math.min(30, Math.exp(Math.log(5) + 0.7 * random.normal())) * HOUR;
    const peak = at + lasts;
    if (peak > days * DAY) return episodes;
    const fails = random.chance(habit.fails);
    const height = (fails ? habit.failedPeak : habit.survivedPeak) + 0.7 * random.normal();
    episodes.push({ from: at, peak, fails, height });
    at = peak + 2 * HOUR;
  }
}

/** The episode at an instant: on its way up, or in the hour after it. */
function episodeAt(episodes: readonly Episode[], at: number): Episode | undefined {
  return episodes.find(({ from, peak, fails }) => at >= from && at < peak + (fails ? 0 : HOUR));
}

/** Evidence of an episode: it climbs with the root of the time that has passed. */
function evidence({ from, peak, height }: Episode, at: number): number {
  const part = Math.min(1, Math.max(0, (at - from) / (peak - from)));
  return CALM + (height - CALM) * Math.sqrt(part);
}

/** Probability of a failure within so long: that there will be one, times that it comes by then. */
function within(odds: number, leftMs: number, lengthMs: number): number {
  const soon = 1 / (1 + (leftMs / lengthMs) ** 2.5);
  return Math.min(0.999, 0.002 * (lengthMs / HOUR) ** 0.5 + sigmoid(odds) * soon);
}

function look(at: number, episode: Episode | undefined, stray: number, random: Random): Look {
  const odds = (episode === undefined ? CALM : evidence(episode, at)) + stray;
  const left = episode === undefined ? 48 * HOUR : Math.max(episode.peak - at, 10 * MINUTE);
  const believed = left * Math.exp(0.3 * random.normal());
  const first = within(odds, believed, HOUR);
  const sixth = Math.max(first, within(odds, believed, 6 * HOUR));
  const last = Math.max(sixth, within(odds, believed, 24 * HOUR));
  return { at, raw: { '1h': first, '6h': sixth, '24h': last } };
}

/**
 * Simulate a fleet and a predictor that was made on another one: what it says of each component every
 * quarter of an hour, and what really came. The same for the same seed.
 */
export function simulate(options: {
  readonly seed: string;
  readonly components: number;
  readonly days: number;
  readonly world: 'trained' | 'other';
}): Component[] {
  return Array.from({ length: options.components }, (_, i) => {
    const random = randomOf(`${options.seed} ${options.world} ${i}`);
    const habit = drawHabit(random, options.world);
    const episodes = drawEpisodes(habit, random, options.days);
    const looks: Look[] = [];
    let stray = 0;
    for (let at = 0; at < options.days * DAY; at += TICK_MS) {
      stray = STAYS * stray + NOISE * random.normal();
      looks.push(look(at, episodeAt(episodes, at), stray, random));
    }
    const failures = episodes.filter(({ fails }) => fails).map(({ peak }) => peak);
    return { name: `c-${i}`, kind: habit.kind, looks, failures };
  });
}
