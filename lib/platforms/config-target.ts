import { bestProven, isProven, newestProven } from '../domain/decide/known-state.js';
import { shownRecord } from './known-standing.js';
import type { LedgerState, Variables } from './platform.js';
import { differing } from './variables.js';
import { refuse, type VendorStep } from './vendor-action.js';

/** A known state whose configuration is known, too. */
export type Configured = LedgerState & { readonly config: Variables };

/** What a configuration is put back over. */
export interface ConfigNow {
  /** What runs; null where the platform does not tell. */
  readonly version: string | null;
  readonly config: Variables;
  /** Whether a state is the one that is named, where its id is not that name itself. */
  readonly isOf?: (deploymentId: string, named: string) => boolean;
  /** Why a configuration cannot be put back over the present one; null where it can, as always by default. */
  readonly obstacle?: (wanted: Variables) => string | null;
}

/**
 * Choose the known state whose configuration is put back: the best proven one that differs from the present
 * one. One of another version must not take a variable away, which the live version may need.
 *
 * Nothing is put back where the present configuration is that of the newest proven state: it did well, so what is
 * wrong lies elsewhere, and an older one is no way back.
 *
 * A person may name one that is not proven yet, nobody a bad one.
 *
 * @throws {AppError} `refused` where there is none
 */
export function configTarget(step: VendorStep, now: ConfigNow): Configured {
  const { action, known = [] } = step.request;
  const states = known.filter((state): state is Configured => state.config !== null);
  const to = action.name === 'rollback' ? action.to : undefined;
  return to === undefined || to === 'previous' ? best(step, states, now) : named(step, states, now);
}

function best(step: VendorStep, states: readonly Configured[], now: ConfigNow): Configured {
  const { version, config, obstacle = () => null } = now;
  const newest = newestProven(states);
  if (newest !== undefined && differing(newest.config, config).length === 0) {
    const { deploymentId } = newest;
    refuse(step, `what is known of the configuration is as it was when ${deploymentId} was proven`);
  }
  const fitting = states.filter(
    (state) =>
      differing(state.config, config).length > 0 &&
      ((version !== null && state.version === version) || takesNothingAway(config, state.config)),
  );
  const to = bestProven(fitting, (state) => obstacle(state.config) === null);
  if (to !== undefined) return to;
  const held = bestProven(fitting);
  if (held !== undefined) refuse(step, obstacle(held.config) ?? 'it cannot be put back');
  return refuse(
    step,
    'the ledger knows no other configuration that is proven and fits what is live',
  );
}

const takesNothingAway = (from: Variables, to: Variables): boolean =>
  Object.keys(from).every((name) => Object.hasOwn(to, name));

function named(step: VendorStep, states: readonly Configured[], now: ConfigNow): Configured {
  const { action, byPerson } = step.request;
  const id = action.name === 'rollback' ? action.to : undefined;
  const { isOf = () => false } = now;
  const to =
    states.find(({ deploymentId }) => deploymentId === id) ??
    states.find(({ deploymentId }) => id !== undefined && isOf(deploymentId, id));
  if (to === undefined) refuse(step, `the ledger knows no configuration of ${id}`);
  if (to.standing === 'bad') {
    refuse(step, `the configuration of ${id} has a bad record: incidents were blamed on it`);
  }
  if (!isProven(to.standing) && !byPerson) {
    refuse(step, `the configuration of ${id} is not proven`);
  }
  if (differing(to.config, now.config).length === 0) {
    refuse(step, `the configuration of ${id} is the present one`);
  }
  const held = now.obstacle?.(to.config) ?? null;
  return held === null ? to : refuse(step, held);
}

/** What is kept, in plain, of where a configuration was taken from. */
export function configSource({ deploymentId, standing, healthyMinutes, evidence }: Configured) {
  return {
    config_of: deploymentId,
    ...shownRecord({ standing, evidence, schema: null }),
    healthy_minutes: Math.floor(healthyMinutes),
  };
}
