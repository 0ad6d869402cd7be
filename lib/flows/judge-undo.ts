import type { Judgement } from '../domain/decide/judgement.js';
import type { Reported } from '../platforms/platform.js';

/**
 * Judge an undo: it did what it was for once its executor reports that it is done.
 *
 * The trouble that the undone recovery was to mend is back with the state before it, by design, so the
 * component says nothing about an undo; how it is judged is kept in the proof, as information.
 */
export function judgeUndo(judgement: Judgement, reported: Reported): Judgement {
  if (reported.kind !== 'done') return judgement;
  const why = `put back, as the executor reports; the component: ${judgement.why}`;
  const component = judgement.kind === 'wait' ? null : judgement.proof;
  return { kind: 'succeeded', why, proof: { verdict: 'succeeded', why, component } };
}
