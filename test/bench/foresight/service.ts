import type { Random } from './random.js';

/** Minutes of a day. */
export const DAY = 1440;

/** What a simulated service is like while nothing is wrong with it. */
export interface Service {
  /** Requests per second, the day's mean. */
  readonly load: number;
  /** Height of the day's wave, as a share of the mean. */
  readonly season: number;
  /** Minute of the day at which the load is highest. */
  readonly peakAt: number;
  /** Deviation of the load's noise in the logarithm, and its memory from minute to minute. */
  readonly noise: number;
  readonly noiseMemory: number;
  /** Requests per second that it could serve. */
  readonly capacity: number;
  /** Time of one request without a queue, milliseconds. */
  readonly serviceMs: number;
  /** Clients give up after this, milliseconds. */
  readonly timeoutMs: number;
  /** Ratio of requests that fail for no reason. */
  readonly errors: number;
  /** Percent of memory: always used, used by caches once they are warm, and let grow between collections. */
  readonly liveMemory: number;
  readonly cacheMemory: number;
  readonly garbage: number;
  /** Minutes in which the caches fill by two thirds, and between two collections. */
  readonly warmUp: number;
  readonly collectEvery: number;
  /** Connections that the pool has, and milliseconds for which a request holds one. */
  readonly pool: number;
  readonly databaseMs: number;
  /** Percent of the disk at the start, and what a day adds and a rotation frees. */
  readonly disk: number;
  readonly diskPerDay: number;
}

/** Draw a service: small and large, quiet and busy ones. */
export function drawService(random: Random): Service {
  const load = random.logUniform(2, 400);
  const databaseMs = random.logUniform(2, 40);
  const usual = random.uniform(0.15, 0.55);
  return {
    load,
    season: random.uniform(0, 0.6),
    peakAt: random.uniform(0, DAY),
    noise: random.uniform(0.03, 0.15),
    noiseMemory: random.uniform(0.5, 0.95),
    capacity: load / usual,
    serviceMs: random.logUniform(15, 900),
    timeoutMs: 10_000,
    errors: random.logUniform(0.0002, 0.012),
    liveMemory: random.uniform(15, 50),
    cacheMemory: random.uniform(0, 18),
    garbage: random.logUniform(0.3, 8),
    warmUp: random.logUniform(10, 240),
    collectEvery: random.logUniform(3, 90),
    pool: Math.max(5, Math.ceil((load * databaseMs) / 1000 / random.uniform(0.1, 0.45))),
    databaseMs,
    disk: random.uniform(20, 70),
    diskPerDay: random.uniform(-0.1, 0.6),
  };
}
