import type { Acting } from './disturbance.js';
import type { Random } from './random.js';
import { DAY } from './service.js';

/** Minutes at which something happens now and then. */
function now(random: Random, every: number, until: number): Set<number> {
  const found = new Set<number>();
  for (let t = 0; ; ) {
    t += Math.max(20, Math.round(-Math.log(1 - random.uniform(0, 1)) * every));
    if (t >= until) return found;
    found.add(t);
  }
}

/**
 * What happens in every service and means nothing: now and then a restart, and deployments that change
 * what a request costs by a few percent.
 *
 * @param until - the minute from which nothing of the kind happens any more: a restart would end a leak
 */
export function withNuisance(acting: Acting, until: number, random: Random): Acting {
  const restarts = random.chance(0.3) ? now(random, 4 * DAY, until) : new Set<number>();
  const deployments = random.chance(0.4) ? now(random, 1.5 * DAY, until) : new Set<number>();
  let cost = 1;
  return (t, act) => {
    if (deployments.has(t)) cost = random.uniform(0.93, 1.08);
    const there = acting(t, act);
    const deployed = deployments.has(t);
    return {
      ...there,
      cost: there.cost * cost,
      restart: there.restart || deployed || restarts.has(t),
      deployment: there.deployment || deployed,
    };
  };
}
