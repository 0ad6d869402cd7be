import type { RollbackType } from '../../domain/decide/action.js';
import { refuse } from '../vendor-action.js';
import { configRollback } from './config-rollback.js';
import type { RenderAction, RenderStep } from './render-action.js';
import { rollback } from './rollback.js';
import { stateRollback } from './state-rollback.js';

const OF: Readonly<Record<RollbackType, RenderAction>> = {
  deployment: rollback,
  config: configRollback,
  previous_state: stateRollback,
};

/** What Render can roll back. */
export const RENDER_ROLLBACKS: readonly RollbackType[] = ['deployment', 'config', 'previous_state'];

/** All kinds of rollback as one action. */
export const rollbacks: RenderAction = {
  describe: (step) => of(step).describe(step),
  prepare: async (step) => of(step).prepare(step),
  act: async (step, prepared) => of(step).act(step, prepared),
  look: async (step, prepared, called) => of(step).look(step, prepared, called),
  report: async (step, prepared, since, acted) => of(step).report(step, prepared, since, acted),
};

function of(step: RenderStep): RenderAction {
  const { action } = step.request;
  return action.name === 'rollback' ? OF[action.rollback_type] : refuse(step, 'it is no rollback');
}
