import type { Acting } from './disturbance.js';
import type { Random } from './random.js';
import { DAY, type Service } from './service.js';

/** A service that will not fail, however much it looks like it. */
export interface Sound {
  readonly service: Service;
  readonly acting: Acting;
}

type Negative = (service: Service, random: Random) => Sound;

const still: Acting = (_, act) => act;

/** Something that happens again and again: minutes into it, or null between. */
function recurring(random: Random, every: number, lasts: number): (t: number) => number | null {
  const first = random.uniform(0, every);
  return (t) => {
    const into = (t - first + every) % every;
    return t >= first && into < lasts ? into : null;
  };
}

/** All kinds of hard negative, by name. */
export const NEGATIVES = {
  healthy: (service) => ({ service, acting: still }),
  'daily peak': (service, random) => ({
    service: {
      ...service,
      season: random.uniform(0.4, 0.65),
      capacity: service.load * random.uniform(1.85, 2.1),
    },
    acting: still,
  }),
  'batch jobs': (service, random) => {
    const job = recurring(random, random.pick([60, 360, DAY]), random.uniform(8, 45));
    const most = random.uniform(0.3, 0.75);
    return {
      service,
      acting: (t, act) => (job(t) === null ? act : { ...act, jobs: most }),
    };
  },
  'cache warm-up': (service, random) => {
    const at = random.uniform(30, 2 * DAY);
    const top = random.uniform(60, 98);
    const liveMemory = random.uniform(20, 35);
    const cacheMemory = top - liveMemory - 2;
    return {
      service: {
        ...service,
        liveMemory,
        cacheMemory,
        garbage: 1,
        warmUp: random.logUniform(20, 300),
      },
      acting: (t, act) => ({ ...act, restart: t === Math.floor(at) }),
    };
  },
  'garbage sawtooth': (service, random) => ({
    service: {
      ...service,
      garbage: random.uniform(15, 40),
      liveMemory: random.uniform(20, 45),
      collectEvery: random.logUniform(15, 400),
    },
    acting: still,
  }),
  spikes: (service, random) => {
    const spike = recurring(random, random.uniform(90, 700), random.uniform(1, 4));
    const most = random.uniform(1.3, 1.9);
    return {
      service: { ...service, capacity: service.load * 3 },
      acting: (t, act) => (spike(t) === null ? act : { ...act, load: most }),
    };
  },
  'noisy flat': (service, random) => ({
    service: { ...service, noise: random.uniform(0.2, 0.35), capacity: service.load * 4 },
    acting: still,
  }),
  'growth within capacity': (service, random) => {
    const most = random.uniform(1.2, 1.6);
    const over = random.uniform(2 * DAY, 6 * DAY);
    return {
      service: { ...service, capacity: service.load * 3 },
      acting: (t, act) => ({ ...act, load: 1 + (most - 1) * Math.min(1, t / over) }),
    };
  },
  'benign deployments': (service, random) => {
    const every = random.uniform(300, 2 * DAY);
    const steps = Array.from({ length: 40 }, () => random.uniform(0.92, 1.1));
    return {
      service,
      acting: (t, act) => {
        const deployed = Math.floor(t / every);
        const cost = steps[deployed % steps.length] ?? 1;
        const isNow = deployed > 0 && Math.floor((t - 1) / every) < deployed;
        return { ...act, cost, slowness: cost, deployment: isNow, restart: isNow };
      },
    };
  },
  'log rotation': (service, random) => {
    const every = random.pick([360, DAY, 3 * DAY]);
    const most = random.uniform(10, 40);
    return {
      service: { ...service, disk: random.uniform(40, 94 - most), diskPerDay: 0 },
      acting: (t, act) => ({ ...act, disk: most * ((t % every) / every) }),
    };
  },
  'steady high level': (service, random) => ({
    service: {
      ...service,
      liveMemory: random.uniform(78, 97),
      cacheMemory: 0,
      garbage: random.uniform(0.3, 1.8),
    },
    acting: still,
  }),
  'nightly restart': (service, random) => {
    const top = random.uniform(25, 45);
    const liveMemory = random.uniform(20, 40);
    return {
      service: { ...service, liveMemory, cacheMemory: 5, garbage: 2 },
      acting: (t, act) => ({ ...act, memory: top * ((t % DAY) / DAY), restart: t % DAY === 0 }),
    };
  },
  'cold start': (service, random) => ({
    service: {
      ...service,
      liveMemory: random.uniform(25, 45),
      cacheMemory: random.uniform(20, 40),
      warmUp: random.logUniform(15, 120),
    },
    acting: (t, act) => ({ ...act, restart: t === 0 }),
  }),
  'creep that is survived': (service, random) => {
    const every = random.uniform(400, 3000);
    const top = random.uniform(30, 50);
    return {
      service: { ...service, liveMemory: random.uniform(30, 42), cacheMemory: 0, garbage: 2 },
      acting: (t, act) => ({ ...act, memory: top * ((t % every) / every) }),
    };
  },
} as const satisfies Readonly<Record<string, Negative>>;

/** A kind of hard negative. */
export type NegativeName = keyof typeof NEGATIVES;
