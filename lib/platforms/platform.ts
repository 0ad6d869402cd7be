import type { PlatformRef } from '../domain/component.js';
import type { Action, ActionName, RollbackType } from '../domain/decide/action.js';
import type { KnownState } from '../domain/decide/known-state.js';
import type { Schema } from '../domain/decide/schema-changes.js';
import type { AutoDeploy } from './auto-deploy.js';

/**
 * Variables of a configuration, by name; their values may be secret. What a text says is the adapter's alone:
 * it may hold more than a value, or stand for one that the platform tells to nobody.
 */
export type Variables = Readonly<Record<string, string>>;

/** What a platform says is live of a component. */
export interface PlatformState {
  /** What runs, whichever deployment brought it: a commit, an image. */
  readonly version: string;
  /** The platform's id of the deployment that is live: what a rollback returns to. */
  readonly deployment_id: string;
  /** When it went live, not when its build began: what opened earlier is not its fault. */
  readonly live_from: Date;
  /** The variables that it was deployed with; null where the platform does not tell, or was not asked. */
  readonly config: Variables | null;
  /** How many copies are wanted; null where nobody has fixed a number. */
  readonly instances: number | null;
}

/** A state that the ledger knows, with its configuration opened. */
export interface LedgerState extends KnownState {
  /** When the ledger saw it first: it may have been live before. */
  readonly firstSeen: Date;
  /** Null where it was never seen. */
  readonly config: Variables | null;
}

/** One recovery as an executor sees it. */
export interface ActionRequest {
  /** The recovery's id: the executor's idempotency key wherever it has one. */
  readonly recoveryId: string;
  readonly component: string;
  readonly target: PlatformRef;
  readonly action: Action;
  /** Whether a person asked for it: some refusals give way to a person. */
  readonly byPerson: boolean;
  /**
   * Whether it is only looked if it could be done, as is done hourly for every component: what can be read by fewer
   * calls is, and a vendor whose limit is by the hour keeps a reserve for real actions. No by default.
   */
  readonly onlyLook?: boolean;
  /** Whether everything is paused, so that `report` makes up for nothing and only reads. No by default. */
  readonly paused?: boolean;
  /** What the recovery left and led to that is taken back by this one; absent where it is none. */
  readonly undoes?: Pick<Prepared, 'before' | 'after' | 'secret'>;
  /** What the ledger knows of the component's states, for a rollback; absent or empty where it knows nothing. */
  readonly known?: readonly LedgerState[];
}

/** What an executor found before it acts, and will act on. Stored before the call. */
export interface Prepared {
  /**
   * The state that stands now and can be put back; null where nothing can. `live_from` says when it went live, as
   * ISO 8601, null where that is not known; a platform that tells only when it was made calls that `created_at`.
   */
  readonly before: Readonly<Record<string, unknown>> | null;
  /** The state that the action leads to. */
  readonly after: Readonly<Record<string, unknown>> | null;
  /** The action that puts `before` back, or null. */
  readonly inverse: Action | null;
  /** What acting, looking and undoing need and nobody may see, as JSON; it is stored sealed only. */
  readonly secret?: Readonly<Record<string, unknown>>;
  /** Why what is returned to cannot run any more; absent where it can, or nobody knows. Not stored. */
  readonly outdated?: string;
}

/**
 * Whether a look may wake a compute that is asleep: never, so that it is left alone also where nobody tells whether it
 * is; where nobody tells; or in any case.
 */
export type MayWake = 'never' | 'unknown' | 'always';

/** What `act`, or `look` in its place, answered; null where nobody knows any more. */
export type Acted = Readonly<Record<string, unknown>> | null;

/** Whether an action was carried out, when its answer was lost. */
export type Looked =
  | { readonly kind: 'done'; readonly result: Readonly<Record<string, unknown>> }
  | { readonly kind: 'not_done' }
  /** Of several parts some are done and the others untouched: `act` goes on with those. */
  | { readonly kind: 'partly'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * What an asynchronous executor knows of an action that it accepted: `pending` until the target reports.
 */
export type Reported =
  | { readonly kind: 'pending' }
  | {
      readonly kind: 'done';
      readonly result: Readonly<Record<string, unknown>>;
      /** When it ended, where that may be long after `act` answered: what was measured before is no proof. */
      readonly endedAt?: Date | null;
    }
  | {
      readonly kind: 'failed';
      readonly why: string;
      readonly result: Readonly<Record<string, unknown>> | null;
    };

/**
 * One vendor, or the agent, behind one interface.
 *
 * Every method throws `AppError`: `upstream_unavailable` when a second try may help (network, time-out,
 * 429, 5xx), `upstream_refused` when it will not, `refused` when the action would be wrong (target
 * gone, nothing to return to).
 */
export interface Platform {
  readonly name: string;
  /** The actions it can carry out. */
  readonly actions: readonly ActionName[];
  /** What it can roll back by a plan of Forestall's own; deployments alone by default. */
  readonly rollbacks?: readonly RollbackType[];
  /** The rollbacks of which `putBack` can put back what is half done; none by default. */
  readonly putsBack?: readonly RollbackType[];
  /** Whether `act` is one call alone, so that nothing was done where that was not taken. No by default. */
  readonly isOneCall?: boolean;
  /** The outside calls that an action would make, for a dry run; makes none. */
  describe(request: ActionRequest): readonly string[];
  /**
   * Read the state before the action and fix what exactly will be done. Changes nothing of the team's: only GETs are
   * sent, but for a GitHub App's own token, an MCP server's session and list of tools, and a database's own questions.
   */
  prepare(request: ActionRequest): Promise<Prepared>;
  /**
   * Do it. Answers the contract's result shape; `waits_for` in it says, in words for people, what a person has
   * to do before it has an end.
   */
  act(request: ActionRequest, prepared: Prepared): Promise<Readonly<Record<string, unknown>>>;
  /**
   * Find out whether it was done, before it is repeated. Read-only.
   *
   * @param since - when the first call may have begun: what is older is not ours
   * @param calledAt - when the last call may have begun, from which a late effect is waited for; `since`
   * by default
   */
  look(request: ActionRequest, prepared: Prepared, since: Date, calledAt?: Date): Promise<Looked>;
  /**
   * Ask how an accepted action ended. Synchronous vendors answer `done` with what they know. What is missing to a
   * rollback, as its lock of automatic deploys, is made up for, unless everything is paused.
   */
  report(request: ActionRequest, prepared: Prepared, since: Date, acted?: Acted): Promise<Reported>;
  /**
   * Put back what an action that is given up half done has changed already, where `look` says `partly`. Reads
   * before it writes; safe to repeat.
   *
   * @throws {AppError} `refused` where somebody has changed it meanwhile, or something else went live with it
   */
  putBack?(request: ActionRequest, prepared: Prepared): Promise<void>;
  /**
   * Tell what is live of a component, for the ledger of known states; null while nothing settled is: no
   * deployment, one in progress, one of which nobody knows when it went live, or a suspended target. Read-only.
   *
   * @param known - deployments whose configuration need not be read again: null will do; none by default
   */
  state?(
    request: Pick<ActionRequest, 'component' | 'target'>,
    known?: ReadonlySet<string>,
  ): Promise<PlatformState | null>;
  /**
   * Read the shape of a database's tables, and no row of them; null where it names no connection, and where its
   * compute is asleep and is not to be woken, as a connection would. Read-only.
   */
  schema?(
    request: Pick<ActionRequest, 'component' | 'target'>,
    wake: MayWake,
  ): Promise<Schema | null>;
  /**
   * Look whether what is needed to put a target's configuration back can be read at all. Read-only.
   *
   * @throws {AppError} saying why not
   */
  checkConfig?(request: Pick<ActionRequest, 'component' | 'target'>): Promise<void>;
  /**
   * Give back what a rollback has switched off besides, automatic deploys, and leave it as it is. Safe to repeat.
   *
   * @param prepared - what the rollback had found
   */
  handBack?(request: ActionRequest, prepared: Prepared): Promise<AutoDeploy>;
  /**
   * Look at a component's configuration when it is registered, as far as only the platform can judge it. Read-only.
   *
   * @throws {AppError} `invalid`, saying what is wrong
   */
  check?(target: PlatformRef, component: string): Promise<void>;
}
