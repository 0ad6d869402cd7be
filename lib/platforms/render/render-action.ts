import { AppError } from '../../errors.js';
import type { ActionRequest, Looked, Prepared, Reported } from '../platform.js';
import type { Service } from './answers.js';
import type { RenderCalls } from './calls.js';

/** What one step of an action at Render works with. */
export interface RenderStep {
  readonly request: ActionRequest;
  readonly serviceId: string;
  readonly calls: RenderCalls;
  readonly now: Date;
  /** How long Render may take to show what it has accepted, milliseconds. */
  readonly settleMs: number;
}

/** Between which instants an action may have been called. */
export interface Called {
  /** The first call: what is older than it is not ours. */
  readonly since: Date;
  /** The last call: its effect may yet come. */
  readonly calledAt: Date;
}

/** One action at Render: the part of a platform that differs between actions. */
export interface RenderAction {
  /** The calls that change something, as `METHOD path`. */
  describe(serviceId: string): readonly string[];
  prepare(step: RenderStep): Promise<Prepared>;
  act(step: RenderStep, prepared: Prepared): Promise<Readonly<Record<string, unknown>>>;
  look(step: RenderStep, prepared: Prepared, called: Called): Promise<Looked>;
  report(step: RenderStep, prepared: Prepared, since: Date): Promise<Reported>;
}

/** By how much Render's clock may be behind ours; both keep network time, and 2 s is far above its error. */
export const CLOCK_SKEW_MS = 2000;

/**
 * Nothing shows that an action was done: whether that can be believed yet. What Render has accepted, it
 * may show only after `settleMs`; until then a repetition could be a second effect.
 *
 * @param what - what would show it, as "new instance"
 */
export function nothingSeen(step: RenderStep, { calledAt }: Called, what: string): Looked {
  const waitedMs = step.now.getTime() - calledAt.getTime();
  return waitedMs >= step.settleMs
    ? { kind: 'not_done' }
    : { kind: 'unknown', why: `no ${what} ${waitedMs} ms after the call; it may yet come` };
}

/** Refuse an action, in words that begin with what it was meant for. */
export function refuse(step: RenderStep, why: string): never {
  throw new AppError('refused', `${step.request.component} (${step.serviceId}): ${why}`);
}

/** A suspended service stays down whatever is done to it: whoever suspended it must resume it. */
export function refuseSuspended(step: RenderStep, { suspended, suspenders }: Service): void {
  if (suspended === 'not_suspended') return;
  const by = suspenders.length === 0 ? '' : ` by ${suspenders.join(', ')}`;
  refuse(step, `the service is suspended${by}: resume it first`);
}
