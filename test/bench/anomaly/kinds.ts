import { gaussOf, randomOf } from '../../domain/series.js';

/** A kind of series: its value at each minute. Those of one seed are the same for ever. */
export type Kind = (seed: number) => (minute: number) => number;

const DAY = 1440;
const wave = (minute: number): number => Math.sin((2 * Math.PI * minute) / DAY);

/** Series in which nothing happens, by name. */
export const QUIET: Readonly<Record<string, Kind>> = {
  'white noise': (seed) => {
    const gauss = gaussOf(seed);
    return () => 100 + 5 * gauss();
  },
  'heavy-tailed noise': (seed) => {
    const random = randomOf(seed);
    return () => 100 + 10 * (1 - random()) ** -0.4;
  },
  'random walk': (seed) => {
    const gauss = gaussOf(seed);
    let level = 1000;
    return () => {
      level += gauss();
      return level;
    };
  },
  'daily season': (seed) => {
    const gauss = gaussOf(seed);
    return (minute) => 500 + 300 * wave(minute) + 15 * gauss();
  },
  counter: (seed) => {
    const gauss = gaussOf(seed);
    let total = 0;
    return (minute) => {
      total += Math.max(0, 100 + 50 * wave(minute) + 10 * gauss());
      return total;
    };
  },
  constant: () => () => 42,
  'sparse spikes': (seed) => {
    const random = randomOf(seed);
    return () => (random() < 0.01 ? 20 + 10 * random() : 0);
  },
};

/** A series of which something is to be noticed from a minute on. */
export interface Eventful {
  readonly kind: Kind;
  /** What is done to a value from that minute on. */
  readonly happens: (value: number, sinceMinute: number, minute: number) => number;
}

const noise: Kind = QUIET['white noise'] ?? (() => () => 0);
const season: Kind = QUIET['daily season'] ?? (() => () => 0);

/** Series in which something happens, by name. */
export const EVENTFUL: Readonly<Record<string, Eventful>> = {
  'spike of 10 σ': { kind: noise, happens: (value, since) => value + (since === 0 ? 50 : 0) },
  'shift of 3 σ': { kind: noise, happens: (value) => value + 15 },
  'shift of 10 σ': { kind: noise, happens: (value) => value + 50 },
  'season upside down': {
    kind: season,
    happens: (value, _since, minute) => value - 600 * wave(minute),
  },
  'stuck at zero': { kind: season, happens: () => 0 },
};
