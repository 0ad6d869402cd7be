import type { RollbackType } from '../domain/decide/action.js';
import { refuse, type VendorAction, type VendorStep } from './vendor-action.js';

/** What a vendor that has all kinds of rollback can roll back. */
export const ROLLBACK_KINDS: readonly RollbackType[] = ['deployment', 'config', 'previous_state'];

/** Those that change variables first, and can put them back as long as nothing has gone live with them. */
export const PUT_BACK_KINDS: readonly RollbackType[] = ['config', 'previous_state'];

/** A vendor's kinds of rollback as one action. */
export function rollbackKinds<Step extends VendorStep>(
  kinds: Readonly<Record<RollbackType, VendorAction<Step>>>,
): VendorAction<Step> {
  const of = (step: Step): VendorAction<Step> => {
    const { action } = step.request;
    return action.name === 'rollback'
      ? kinds[action.rollback_type]
      : refuse(step, 'it is no rollback');
  };
  return {
    describe: (step) => of(step).describe(step),
    prepare: async (step) => of(step).prepare(step),
    act: async (step, prepared) => of(step).act(step, prepared),
    look: async (step, prepared, called) => of(step).look(step, prepared, called),
    report: async (step, prepared, since, acted) => of(step).report(step, prepared, since, acted),
    async putBack(step, prepared) {
      const { putBack } = of(step);
      if (putBack === undefined) refuse(step, 'it has nothing that could be put back');
      else await putBack(step, prepared);
    },
  };
}
