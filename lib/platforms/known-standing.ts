import type { KnownState, Standing } from '../domain/decide/known-state.js';
import type { LedgerState, Variables } from './platform.js';
import { refuse, type VendorStep } from './vendor-action.js';

/**
 * What the ledger says of a deployment: proven or bad as its states are, of which one that did well is enough.
 * One that was not judged is as bad as its version was under another deployment, where that never did well.
 *
 * @param isOwn - whether a state is one of the deployment's
 * @param version - what it runs; null where nobody knows
 */
export function standingAmong<State extends KnownState>(
  known: readonly State[],
  isOwn: (state: State) => boolean,
  version: string | null,
): Standing {
  const own = judged(known.filter(isOwn));
  if (own !== 'unproven') return own;
  const alike = judged(known.filter((state) => state.version === version));
  return alike === 'bad' ? 'bad' : 'unproven';
}

function judged(states: readonly KnownState[]): Standing {
  const all = states.map(({ standing }) => standing);
  if (all.includes('proven')) return 'proven';
  return all.includes('bad') ? 'bad' : 'unproven';
}

/** The best of what can be returned to: the first that is proven, else the first that is not known as bad. */
export function bestStanding<T extends { readonly standing: Standing }>(
  candidates: readonly T[],
): T | undefined {
  return (
    candidates.find(({ standing }) => standing === 'proven') ??
    candidates.find(({ standing }) => standing === 'unproven')
  );
}

/** A state that can be put back as a whole. */
export type WholeState = LedgerState & { readonly config: Variables };

/**
 * Take a known state for one that is returned to as a whole: it must be proven, unless a person has named its
 * deployment, and its configuration must be known.
 *
 * @throws {AppError} `refused`
 */
export function wholeState(
  step: VendorStep,
  state: LedgerState | undefined,
  deployment: { readonly id: string; readonly isNamed: boolean },
): WholeState {
  const { id, isNamed } = deployment;
  if (state === undefined) refuse(step, `the ledger knows nothing of ${id}`);
  const { config, standing } = state;
  if (standing !== 'proven' && !(step.request.byPerson && isNamed)) {
    refuse(step, `no known state is proven: ${id} is not`);
  }
  if (config === null) refuse(step, `the configuration of ${id} was never seen`);
  return { ...state, config };
}
