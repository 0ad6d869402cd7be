import type { PlatformRef } from '../component.js';
import { ACTION_CLASS, type ActionClass, type ActionName } from './action.js';

/**
 * The class of an action where it is carried out: that of its name, unless Forestall cannot take it back there.
 *
 * A revert that Forestall merges by itself is such: what is on a branch that others build upon is taken back
 * by a person alone. One that a person merges is reversible, since the pull request can be closed.
 */
export function classOf(action: ActionName, place: PlatformRef): ActionClass {
  return action === 'rollback' && mergesItself(place) ? 'other' : ACTION_CLASS[action];
}

function mergesItself(place: PlatformRef): boolean {
  if (place.type === 'mcp') return place.rest !== null && mergesItself(place.rest);
  return place.type === 'github' && place.rollback.by === 'revert' && place.rollback.merge;
}
