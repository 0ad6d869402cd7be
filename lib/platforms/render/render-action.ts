import type { VendorAction, VendorStep } from '../vendor-action.js';
import { refuse } from '../vendor-action.js';
import type { Service } from './answers.js';
import type { RenderCalls } from './calls.js';

/** What one step of an action at Render works with; its target is a service id. */
export interface RenderStep extends VendorStep {
  readonly calls: RenderCalls;
}

/** One action at Render. */
export type RenderAction = VendorAction<RenderStep>;

/** A suspended service stays down whatever is done to it: whoever suspended it must resume it. */
export function refuseSuspended(step: RenderStep, { suspended, suspenders }: Service): void {
  if (suspended === 'not_suspended') return;
  const by = suspenders.length === 0 ? '' : ` by ${suspenders.join(', ')}`;
  refuse(step, `the service is suspended${by}: resume it first`);
}
