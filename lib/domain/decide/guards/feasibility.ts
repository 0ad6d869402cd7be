import type { ActionClass, ActionName } from '../action.js';
import { ask, type Guard, pass, refuse } from './guard.js';

/** Somebody must be able to carry the action out on a known target. */
export const executor: Guard = ({ executor: who }) =>
  typeof who === 'string'
    ? pass('executor', `carried out by ${who}`)
    : refuse('executor', `nobody can carry it out: ${who.none}`);

/** An action that can be neither undone nor repeated without harm is always a person's to decide. */
export const actionClass: Guard = ({ action, actionClass: kind }) =>
  classVerdict(action.name, kind);

/** The verdict on an action of a given class. */
export function classVerdict(name: ActionName, kind: ActionClass) {
  switch (kind) {
    case 'reversible':
      return pass('action_class', `${name} can be undone`);
    case 'repeatable':
      return pass('action_class', `${name} is safe to repeat`);
    case 'other':
      return ask('action_class', `${name} can be neither undone nor repeated, so a person decides`);
  }
}

/** Never scale past the bounds, and never without bounds. */
export const bounds: Guard = ({ action, scale, component }) => {
  if (action.name !== 'scale')
    return pass('bounds', `${action.name} changes no number of instances`);
  if (scale === null) {
    return refuse('bounds', `${component} has no scale bounds, so ${action.to} cannot be checked`);
  }
  const range = `${scale.min} to ${scale.max} instances`;
  return action.to >= scale.min && action.to <= scale.max
    ? pass('bounds', `${action.to} is within ${range}`)
    : refuse('bounds', `${action.to} is outside ${range}`);
};
