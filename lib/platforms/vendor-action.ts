import type { ActionName } from '../domain/decide/action.js';
import { AppError } from '../errors.js';
import type { Acted, ActionRequest, Looked, Platform, Prepared, Reported } from './platform.js';

/** What one step of an action at any vendor works with. */
export interface VendorStep {
  readonly request: ActionRequest;
  readonly now: Date;
  /** How long the vendor may take to show what it has accepted, milliseconds. */
  readonly settleMs: number;
  /** How the vendor knows the target, for messages. */
  readonly targetId: string;
}

/** Between which instants an action may have been called. */
export interface Called {
  /** The first call: what is older than it is not ours. */
  readonly since: Date;
  /** The last call: its effect may yet come. */
  readonly calledAt: Date;
}

/** One action at a vendor: the part of a platform that differs between actions. */
export interface VendorAction<Step extends VendorStep> {
  /** The calls that change something, as `METHOD path`; makes none. */
  describe(step: Step): readonly string[];
  prepare(step: Step): Promise<Prepared>;
  act(step: Step, prepared: Prepared): Promise<Readonly<Record<string, unknown>>>;
  look(step: Step, prepared: Prepared, called: Called): Promise<Looked>;
  report(step: Step, prepared: Prepared, since: Date, acted: Acted): Promise<Reported>;
  /** As {@link Platform} tells it; absent where nothing is left that could be put back. */
  putBack?(step: Step, prepared: Prepared): Promise<void>;
}

/** A vendor, told by what it can do and how a step of it is made. */
export interface VendorParts<Step extends VendorStep> {
  readonly name: string;
  /** What messages call it. */
  readonly title: string;
  /** Stands before the paths of a dry run; empty where the actions tell whole addresses. */
  readonly baseUrl: string;
  /** What it can do, as {@link Platform} tells it. */
  readonly can: Platform['actions'];
  readonly actions: Readonly<Partial<Record<ActionName, VendorAction<Step>>>>;
  /** Whether it can act on one copy alone; else an action that names one is refused. */
  readonly narrows?: boolean;
  /** How long one step may take, all its calls together, milliseconds; 25 s by default. */
  readonly stepMs?: number | undefined;
  /**
   * Make a step, without a call.
   *
   * @param signal - ends the step's calls when its time is up
   * @throws {AppError} `refused` when the target is another vendor's
   */
  readonly step: (request: ActionRequest, signal: AbortSignal) => Step;
}

/** By how much a vendor's clock may be behind ours; both keep network time, and 2 s is far above its error. */
export const CLOCK_SKEW_MS = 2000;

/**
 * How long one step may take, milliseconds: a function that prepares and acts, or looks and puts back, has 60 s for
 * both. What is cut off is told as a broken call is: worth a second try, which looks how far it came.
 */
export const STEP_MS = 25_000;

/**
 * How long a look at what is live may take, all its calls together, milliseconds. A sweep's function has 60 s for
 * everything, and begins no look when 5 s of the ledger's are over.
 */
export const LOOK_MS = 10_000;

/** Put a vendor's actions behind the one interface. */
export function vendorPlatform<Step extends VendorStep>(parts: VendorParts<Step>): Platform {
  const { name, title, baseUrl, can, actions, narrows = false, stepMs = STEP_MS } = parts;
  const step = (request: ActionRequest): Step => parts.step(request, AbortSignal.timeout(stepMs));
  const of = ({ action, component }: ActionRequest): VendorAction<Step> => {
    const found = actions[action.name];
    if (!narrows && 'instance' in action && action.instance !== undefined) {
      const what = `${title} acts on all copies, not on ${action.instance} alone`;
      throw new AppError('refused', `${component}: ${what}: leave the instance out`);
    }
    if (found !== undefined) return found;
    throw new AppError('refused', `${component}: ${title} cannot ${action.name} it`);
  };
  return {
    name,
    actions: can,
    describe: (request) =>
      of(request)
        .describe(step(request))
        .map((call) => call.replace(' ', () => ` ${baseUrl}`)),
    prepare: async (request) => of(request).prepare(step(request)),
    act: async (request, prepared) => of(request).act(step(request), prepared),
    look: async (request, prepared, since, calledAt = since) =>
      of(request).look(step(request), prepared, { since, calledAt }),
    report: async (request, prepared, since, acted = null) =>
      of(request).report(step(request), prepared, since, acted),
    async putBack(request, prepared) {
      const made = step(request);
      const { putBack } = of(request);
      if (putBack === undefined) refuse(made, 'what is half done of it cannot be put back');
      else await putBack(made, prepared);
    },
  };
}

/**
 * Nothing shows that an action was done: whether that can be believed yet. What a vendor has accepted, it
 * may show only after `settleMs`; until then a repetition could be a second effect.
 *
 * @param what - what would show it, as "new instance"
 */
export function nothingSeen(step: VendorStep, { calledAt }: Called, what: string): Looked {
  const waitedMs = step.now.getTime() - calledAt.getTime();
  return waitedMs >= step.settleMs
    ? { kind: 'not_done' }
    : { kind: 'unknown', why: `no ${what} ${waitedMs} ms after the call; it may yet come` };
}

/** Refuse an action, in words that begin with what it was meant for. */
export function refuse(step: VendorStep, why: string): never {
  throw new AppError('refused', `${step.request.component} (${step.targetId}): ${why}`);
}
