import { EventEmitter } from 'node:events';
import type { Agent } from '../../agent/agent.js';

/** What goes wrong in a service of the demo. */
export type FaultName = 'cache' | 'listeners' | 'connections';

/** A real fault, made a little worse by every request. */
export interface Fault {
  /** One more visitor. */
  visit(visitor: number): void;
  /** Whether this visitor's database connection is forgotten rather than given back. */
  keepsConnection(visitor: number): boolean;
}

/**
 * Offers that are kept for one visitor. A hundred are 16 KB: 20 visitors a second fill 2 MB of the cache in a
 * second, and 1.8 MB of what hangs on listeners, where two things must be tried in time.
 */
const CACHED = 650;
const LISTENED = 560;
/** One connection in so many requests is forgotten. */
const FORGETS_EVERY = 14;

/** Some real memory: objects and strings in V8's heap. */
export function offers(visitor: number, count: number): readonly object[] {
  return Array.from({ length: count }, (_, id) => ({
    id: visitor * count + id,
    name: `offer ${id} for visitor ${visitor}`,
    price: id / 7,
  }));
}

function never(): boolean {
  return false;
}

function cache(agent: Agent): Fault {
  const kept = new Map<number, readonly object[]>();
  agent.registerCache({ name: 'offers', clear: () => kept.clear(), size: () => kept.size });
  return {
    visit: (visitor) => void kept.set(visitor, offers(visitor, CACHED)),
    keepsConnection: never,
  };
}

function listeners(): Fault {
  const prices = new EventEmitter().setMaxListeners(0);
  return {
    visit(visitor) {
      const shown = offers(visitor, LISTENED);
      prices.on('changed', () => shown.length);
    },
    keepsConnection: never,
  };
}

function connections(): Fault {
  return {
    visit: () => undefined,
    keepsConnection: (visitor) => visitor % FORGETS_EVERY === 0,
  };
}

/** Build a fault into a service. */
export const FAULTS: Readonly<Record<FaultName, (agent: Agent) => Fault>> = {
  cache,
  listeners,
  connections,
};
