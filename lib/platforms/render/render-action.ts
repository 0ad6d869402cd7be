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

/** One action at Render: the part of a platform that differs between actions. */
export interface RenderAction {
  /** The calls that change something, as `METHOD path`. */
  describe(serviceId: string): readonly string[];
  prepare(step: RenderStep): Promise<Prepared>;
  act(step: RenderStep, prepared: Prepared): Promise<Readonly<Record<string, unknown>>>;
  look(step: RenderStep, prepared: Prepared, since: Date): Promise<Looked>;
  report(step: RenderStep, prepared: Prepared, since: Date): Promise<Reported>;
}

/** By how much Render's clock may be behind ours; both keep network time, and 2 s is far above its error. */
export const CLOCK_SKEW_MS = 2000;

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
