import { interrupts } from '../interrupts.js';
import { numberText } from '../number-text.js';
import { ask, type Guard, pass } from './guard.js';

/** Takes back what a product of two decimals loses. */
const ROUNDING = 1e-9;

/**
 * An interruption is felt by all that depend on the component. So many healthy components within an hour are a
 * person's to decide; those that are bad already have nothing to lose.
 */
export const reach: Guard = ({ action, component, reach: facts, fleet }, settings) => {
  if (!interrupts(action.name)) return pass('reach', `${action.name} interrupts nothing`);
  const share = Math.floor(settings.reachShare * fleet.components + ROUNDING);
  const limit = Math.max(settings.reachMin, share);
  const reached = facts.lastHour + facts.own;
  const felt = `${facts.own} healthy components depend on ${component}`;
  if (facts.own === 0) return pass('reach', felt);
  const sum = `${felt}; with those of the last hour's actions ${numberText(reached)}`;
  return reached <= limit
    ? pass('reach', `${sum}, at most ${limit}`)
    : ask('reach', `${sum}, the limit without a person is ${limit}`);
};
