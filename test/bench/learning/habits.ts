import type { Random } from '../foresight/random.js';

/** What is usual of one component: how often it comes under stress, what follows, and how that looks. */
export interface Habit {
  readonly kind: 'trained' | 'batch' | 'brittle' | 'ordinary';
  /** Episodes of stress in a day. */
  readonly perDay: number;
  /** Share of them that end in a failure. */
  readonly fails: number;
  /** Evidence at the height of an episode that is survived, and at a failure: log odds. */
  readonly survivedPeak: number;
  readonly failedPeak: number;
}

/** The world that the predictor was made on: stress that is survived looks milder than what is not. */
const TRAINED: Habit = {
  kind: 'trained',
  perDay: 0.3,
  fails: 0.4,
  survivedPeak: -0.6,
  failedPeak: 3.2,
};

/** Nightly work that looks like the end, and never is. */
const BATCH: Habit = { kind: 'batch', perDay: 1, fails: 0.02, survivedPeak: 1.6, failedPeak: 3.4 };

/** Fails for less than the predictor has learned to fear. */
const BRITTLE: Habit = {
  kind: 'brittle',
  perDay: 0.25,
  fails: 0.7,
  survivedPeak: -1.2,
  failedPeak: 1.4,
};

/** Much as in training, a little rougher. */
const ORDINARY: Habit = { ...TRAINED, kind: 'ordinary', survivedPeak: 0.2, failedPeak: 2.8 };

/** The habits of a fleet of the world that the predictor was made on, or of another. */
export function drawHabit(random: Random, world: 'trained' | 'other'): Habit {
  if (world === 'trained') return TRAINED;
  const draw = random.uniform(0, 1);
  if (draw < 0.3) return BATCH;
  return draw < 0.5 ? BRITTLE : ORDINARY;
}
