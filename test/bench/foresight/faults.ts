import type { Acting, Disturbance } from './disturbance.js';
import type { Random } from './random.js';
import { DAY, type Service } from './service.js';

/** When a fault begins, and how many minutes it takes to become a failure. */
export interface Ramp {
  readonly onset: number;
  readonly minutes: number;
}

/** A service with something wrong in it. */
export interface Faulty {
  readonly service: Service;
  readonly acting: Acting;
}

type Fault = (service: Service, ramp: Ramp, random: Random) => Faulty;

/** Progress of a ramp: 0 before it, 1 at its end, beyond 1 after. */
const progress = ({ onset, minutes }: Ramp, t: number): number =>
  Math.max(0, (t - onset) / minutes);

/** A fault that adds to, or multiplies, what acts, by its progress. */
const growing =
  (change: (act: Disturbance, x: number, t: number) => void) =>
  (service: Service, ramp: Ramp): Faulty => ({
    service,
    acting: (t, act) => {
      const x = progress(ramp, t);
      if (x > 0) change(act, x, t);
      return act;
    },
  });

const leak =
  (shape: number): Fault =>
  (service, ramp) => {
    const room = 100 - service.liveMemory - service.cacheMemory;
    return growing((act, x) => {
      act.memory += room * x ** shape;
    })(service, ramp);
  };

/** Load that must be multiplied by this at the ramp's end for the queue to run over. */
function toOverload(service: Service, { onset, minutes }: Ramp): number {
  const end = onset + minutes;
  const wave = 1 + service.season * Math.cos((2 * Math.PI * (end - service.peakAt)) / DAY);
  return (1.1 * service.capacity) / (service.load * wave);
}

const overload =
  (shape: number): Fault =>
  (service, ramp) => {
    const most = toOverload(service, ramp);
    return growing((act, x) => {
      act.load *= 1 + (most - 1) * x ** shape;
    })(service, ramp);
  };

function deployedAt(faulty: Faulty, onset: number): Faulty {
  return {
    ...faulty,
    acting: (t, act) => {
      const changed = faulty.acting(t, act);
      if (t !== onset) return changed;
      return { ...changed, deployment: true, restart: true };
    },
  };
}

/** All kinds of fault, by name. */
export const FAULTS = {
  'linear leak': leak(1),
  'accelerating leak': (service, ramp, random) =>
    leak(random.uniform(1.6, 3))(service, ramp, random),
  'leak under sawtooth': (service, ramp, random) => {
    const garbage = random.uniform(10, 22);
    const liveMemory = Math.min(service.liveMemory, 40);
    return leak(1)({ ...service, garbage, liveMemory }, ramp, random);
  },
  'slow errors': (service, ramp) => {
    const times = 0.055 / service.errors;
    return growing((act, x) => {
      act.errors += service.errors * (times ** x - 1);
    })(service, ramp);
  },
  'retry storm': overload(3),
  'load growth': overload(1),
  'latency creep': (service, ramp) => {
    const times = 5500 / (service.serviceMs * 2);
    return growing((act, x) => {
      act.slowness *= times ** x;
    })({ ...service, databaseMs: 1 }, ramp);
  },
  'pool exhaustion': (service, ramp) =>
    growing((act, x) => {
      act.connections += service.pool * 1.05 * x;
    })(service, ramp),
  'disk fill': (service, ramp) =>
    growing((act, x) => {
      act.disk += (100 - service.disk) * x;
    })(service, ramp),
  'costly deployment': (service, ramp, random) => {
    // It stands the trough and falls at the next peak, in 7 to 12 hours.
    const season = 0.4;
    const cost = (random.uniform(1.05, 1.2) * service.capacity) / (service.load * (1 + season));
    const peakAt = ramp.onset + random.uniform(420, 720);
    const changed = { ...service, season, peakAt };
    return deployedAt(
      growing((act) => {
        act.cost *= cost;
      })(changed, { ...ramp, minutes: 1 }),
      ramp.onset,
    );
  },
  'leaking deployment': (service, ramp, random) =>
    deployedAt(leak(1)(service, ramp, random), ramp.onset),
  'instant deployment': (service, ramp, random) => {
    const errors = random.uniform(0.1, 0.9);
    return deployedAt(
      growing((act) => {
        act.errors += errors;
      })(service, ramp),
      ramp.onset,
    );
  },
} as const satisfies Readonly<Record<string, Fault>>;

/** A kind of fault. */
export type FaultName = keyof typeof FAULTS;

/** Nothing announces these, so nobody is blamed for missing them. */
export const UNPREDICTABLE: ReadonlySet<string> = new Set<FaultName>(['instant deployment']);
