import { EventEmitter } from 'node:events';
import type { Agent } from '../../agent/agent.js';
import { offers } from '../demo/fault.js';
import type { Connections } from '../stage/connections.js';
import type { Mishap } from './faults.js';
import { spend } from './spend.js';

/** What a mishap changes in how requests are served. */
export interface Ways {
  /** Every request out of so many keeps its database connection; 0 is none. */
  keepsEvery: number;
  /** Share of the requests that are answered with an error. */
  failing: number;
  /** How often each call that is needed is made, one after the other. */
  times: number;
}

/** What a mishap can lay hands on. */
export interface Victim {
  readonly agent: Agent;
  readonly connections: Connections | null;
  readonly ways: Ways;
}

/** Offers that are kept ten times a second: 160 bytes each, 2 to 3 MB a second. */
const CACHED = 1800;
const LISTENED = 1500;
const LEAK_MS = 100;
/** Of each 50 ms the runaway task takes so many: most of a core. */
const BURN_EVERY_MS = 50;
const BURN_MS = 42;
const KEEPS_EVERY = 6;
const FAILING = 0.6;
const TIMES = 32;

/** Held by nobody but the forgotten transaction; all others only look whether it is free. */
export const LOCK = 7_140_233;

function every(ms: number, work: () => void): void {
  setInterval(work, ms).unref();
}

/** What can go wrong in a service, by name. Each goes on until its process ends, or is told to let go. */
export const MISHAPS_IN: Readonly<Record<Mishap, (victim: Victim) => unknown>> = {
  cache_leak({ agent }) {
    const kept = new Map<number, readonly object[]>();
    agent.registerCache({ name: 'offers', clear: () => kept.clear(), size: () => kept.size });
    every(LEAK_MS, () => kept.set(kept.size, offers(kept.size, CACHED)));
  },
  listener_leak() {
    const prices = new EventEmitter().setMaxListeners(0);
    every(LEAK_MS, () => {
      const shown = offers(prices.listenerCount('changed'), LISTENED);
      prices.on('changed', () => shown.length);
    });
  },
  burn: () => every(BURN_EVERY_MS, () => spend(BURN_MS)),
  keep_connections({ ways }) {
    ways.keepsEvery = KEEPS_EVERY;
  },
  async lock({ connections }) {
    const lent = await connections?.lend();
    await lent?.query(`begin; select pg_advisory_xact_lock(${LOCK})`);
  },
  errors({ ways }) {
    ways.failing = FAILING;
  },
  hang() {
    // Without taking the processor, as one that waits for what never comes; the answer goes out first.
    setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 50);
  },
  repeat_calls({ ways }) {
    ways.times = TIMES;
  },
};
