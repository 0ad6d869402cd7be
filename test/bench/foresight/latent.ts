import { type Acting, type Disturbance, neutral } from './disturbance.js';
import type { Random } from './random.js';
import { DAY, type Service } from './service.js';

/** What a failure is. */
export type Failure = 'memory' | 'disk' | 'objective';

/** What really goes on in a service, minute by minute; nobody can see it without noise. */
export interface Latent {
  /** Requests per second that arrive. */
  readonly load: Float64Array;
  /** Percent of the processor. */
  readonly cpu: Float64Array;
  /** Percent of memory at the top of the minute's collections. */
  readonly memory: Float64Array;
  /** Failing requests, a ratio. */
  readonly errors: Float64Array;
  /** 95th percentile, milliseconds. */
  readonly latency: Float64Array;
  /** Percent of the pool's connections. */
  readonly pool: Float64Array;
  /** Percent of the disk. */
  readonly disk: Float64Array;
  readonly restarts: readonly number[];
  readonly deployments: readonly number[];
  /** The first minute of a real failure, after which nothing was simulated; null when there is none. */
  readonly failedAt: number | null;
  /** What it was: memory or the disk full, or an objective breached; null when there was none. */
  readonly failure: Failure | null;
  readonly minutes: number;
}

/** The objectives whose breach, for five minutes, is a failure. */
export const OBJECTIVE = { errors: 0.05, latencyMs: 5000 } as const;

/** Minutes over an objective that make a failure. */
const BREACHING = 5;

/** A queue is never observed for longer than this share of its capacity. */
const FULLEST = 0.995;

/** How the 95th percentile grows with the wait; a long tail at little load. */
const TAIL = 1.6;

/** The series that are written minute by minute. */
const NAMES = ['load', 'cpu', 'memory', 'errors', 'latency', 'pool', 'disk'] as const;

type Minute = Record<(typeof NAMES)[number], number>;

interface State {
  noise: number;
  backlog: number;
  startedAt: number;
}

/** Normal, but for one in fifty that is three times as wide. */
function heavyTailed(random: Random): number {
  const wide = random.chance(0.02) ? 3 : 1;
  return wide * random.normal();
}

/** Requests per second that arrive in a minute. */
function arriving(service: Service, state: State, t: number, random: Random): number {
  const { noiseMemory, noise, season, peakAt } = service;
  state.noise =
    noiseMemory * state.noise + Math.sqrt(1 - noiseMemory ** 2) * noise * heavyTailed(random);
  const wave = 1 + season * Math.cos((2 * Math.PI * (t - peakAt)) / DAY);
  return service.load * wave * Math.exp(state.noise);
}

/** Milliseconds in the queue of those that came while more came than could be served. */
function waiting(service: Service, state: State, load: number, served: number): number {
  const most = (served * service.timeoutMs) / 1000;
  state.backlog = Math.min(Math.max(0, state.backlog + (load - served) * 60), most);
  return (state.backlog / served) * 1000;
}

function memoryAt(service: Service, age: number): number {
  const { liveMemory, cacheMemory, garbage, warmUp, collectEvery } = service;
  const caches = cacheMemory * (1 - Math.exp(-age / warmUp));
  return liveMemory + caches + garbage * ((age % collectEvery) / collectEvery);
}

function minuteOf(
  service: Service,
  state: State,
  act: Disturbance,
  { t, random }: { readonly t: number; readonly random: Random },
): Minute {
  const load = arriving(service, state, t, random) * act.load;
  const wanted = (load * act.cost) / service.capacity;
  const queued = Math.min(wanted, FULLEST);
  const held = (load * service.databaseMs * act.slowness) / 1000 + act.connections;
  const crowded = Math.min(Math.max(0, held / service.pool - 1) * 5000, 8000);
  const latency =
    service.serviceMs * act.slowness * (1 + (TAIL * queued) / (1 - queued)) +
    waiting(service, state, load, service.capacity / act.cost) +
    crowded;
  const late = Math.min(1, Math.max(0, (latency - 0.6 * service.timeoutMs) / service.timeoutMs));
  const turnedAway = Math.max(0, 1 - service.pool / Math.max(held, 1e-9));
  return {
    load,
    cpu: 100 * Math.min(wanted + act.jobs, 1),
    latency,
    errors: Math.min(1, service.errors + act.errors + late + turnedAway),
    memory: memoryAt(service, t - state.startedAt) + act.memory,
    pool: 100 * Math.min(held / service.pool, 1),
    disk: service.disk + (service.diskPerDay * t) / DAY + act.disk,
  };
}

function fullOf({ memory, disk }: Minute): Failure | null {
  if (memory >= 100) return 'memory';
  return disk >= 99.8 ? 'disk' : null;
}

const breaches = ({ errors, latency }: Minute): boolean =>
  errors > OBJECTIVE.errors || latency > OBJECTIVE.latencyMs;

/**
 * Live through a scenario.
 *
 * Load has a day's wave and autocorrelated noise; a queue with wait ρ/(1−ρ) and a backlog above capacity
 * gives latency, and time-outs give errors; memory is live + caches that warm up + a sawtooth of garbage;
 * the pool follows Little's law; the disk grows. It fails when memory or the disk are full, or when an
 * objective is breached for five minutes.
 *
 * @param minutes - how long; a failure ends it earlier
 */
export function live(service: Service, acting: Acting, minutes: number, random: Random): Latent {
  const series = Object.fromEntries(
    NAMES.map((name) => [name, new Float64Array(minutes)]),
  ) as Record<keyof Minute, Float64Array>;
  const restarts: number[] = [];
  const deployments: number[] = [];
  const state: State = { noise: 0, backlog: 0, startedAt: -10_000 };
  const end = (t: number, failedAt: number | null, failure: Failure | null): Latent => ({
    ...series,
    restarts,
    deployments,
    failedAt,
    failure,
    minutes: t,
  });
  const actAt = (t: number): Disturbance => {
    const act = acting(t, neutral());
    if (act.deployment) deployments.push(t);
    if (!act.restart) return act;
    restarts.push(t);
    state.startedAt = t;
    state.backlog = 0;
    return act;
  };
  let breaching = 0;
  for (let t = 0; t < minutes; t += 1) {
    const minute = minuteOf(service, state, actAt(t), { t, random });
    for (const name of NAMES) series[name][t] = minute[name];
    breaching = breaches(minute) ? breaching + 1 : 0;
    const full = fullOf(minute);
    if (full !== null) return end(t + 1, t, full);
    if (breaching >= BREACHING) return end(t + 1, t - BREACHING + 1, 'objective');
  }
  return end(minutes, null, null);
}
