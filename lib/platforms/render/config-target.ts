import { bestProven } from '../../domain/decide/known-state.js';
import type { LedgerState, Variables } from '../platform.js';
import { differing } from '../variables.js';
import type { Deploy } from './answers.js';
import { ENDED } from './deploy-ends.js';
import { versionKey, versionOf } from './version.js';

/** A known state whose configuration is known, too. */
export type Configured = LedgerState & { readonly config: Variables };

/** Which configuration is put back, or why none is. */
export type ConfigTarget =
  | { readonly kind: 'found'; readonly to: Configured }
  | { readonly kind: 'refused'; readonly why: string };

/** The deploy that a configuration is put back under, or why none can be. */
export type ConfigBase =
  | { readonly kind: 'found'; readonly live: Deploy }
  | { readonly kind: 'refused'; readonly why: string };

const refused = (why: string): { kind: 'refused'; why: string } => ({ kind: 'refused', why });

/** Statuses of a deploy whose build succeeded, and which is not live. */
const BUILT: ReadonlySet<string> = new Set(['update_failed', 'pre_deploy_failed', 'deactivated']);

/**
 * Find the deploy that a configuration can be put back under.
 *
 * Variables go live with a deploy of the last build: where that is not what is live, as after a rollback, it
 * would bring other code with it.
 *
 * @param deploys - of one service, newest first
 */
export function configBase(deploys: readonly Deploy[]): ConfigBase {
  const running = deploys.find(({ status }) => !ENDED.has(status));
  if (running !== undefined) {
    return refused(`deploy ${running.id} is in progress (${running.status}): wait for its end`);
  }
  const live = deploys.find(({ status }) => status === 'live');
  if (live === undefined) return refused('no deploy is live, so no configuration can be put back');
  if (live.trigger === 'rollback') {
    return refused(`the live deploy ${live.id} is a rollback: a new one would bring other code`);
  }
  const newer = deploys.slice(0, deploys.indexOf(live)).find(({ status }) => BUILT.has(status));
  if (newer === undefined) return { kind: 'found', live };
  return refused(`deploy ${newer.id} was built after what is live, and would go live with it`);
}

/** What is wished of a rollback of the configuration. */
export interface ConfigWish {
  /** The deploy whose configuration is meant; absent or `previous` is the best proven one. */
  readonly to?: string | undefined;
  readonly byPerson: boolean;
}

/**
 * Choose the known state whose configuration is put back: the best proven one that differs from the present
 * one. One of another version must not take a variable away, which the live version may need.
 *
 * A person may name one that is not proven yet, nobody a bad one.
 */
export function configTarget(
  known: readonly LedgerState[],
  { live, config }: { readonly live: Deploy; readonly config: Variables },
  wish: ConfigWish,
): ConfigTarget {
  const states = known.filter((state): state is Configured => state.config !== null);
  if (wish.to !== undefined && wish.to !== 'previous') return named(states, config, wish);
  const version = versionKey(versionOf(live));
  const to = bestProven(
    states,
    (state) =>
      differing(state.config, config).length > 0 &&
      (state.version === version || takesNothingAway(config, state.config)),
  );
  if (to !== undefined) return { kind: 'found', to };
  return refused('the ledger knows no other configuration that is proven and fits what is live');
}

const takesNothingAway = (from: Variables, to: Variables): boolean =>
  Object.keys(from).every((name) => Object.hasOwn(to, name));

function named(
  states: readonly Configured[],
  config: Variables,
  { to: id, byPerson }: ConfigWish,
): ConfigTarget {
  const to = states.find(({ deploymentId }) => deploymentId === id);
  if (to === undefined) return refused(`the ledger knows no configuration of deploy ${id}`);
  if (to.standing === 'bad') {
    return refused(
      `the configuration of deploy ${id} has a bad record: incidents were blamed on it`,
    );
  }
  if (to.standing !== 'proven' && !byPerson) {
    return refused(`the configuration of deploy ${id} is not proven`);
  }
  return differing(to.config, config).length === 0
    ? refused(`the configuration of deploy ${id} is the present one`)
    : { kind: 'found', to };
}
