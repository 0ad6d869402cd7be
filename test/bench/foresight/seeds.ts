/**
 * The worlds that figures come from, apart by name so that nothing learned or chosen in one is measured in it.
 *
 * - `train`: what parameters are learned from;
 * - `calibration`: what probabilities and times are set right by, and rules, paces and thresholds chosen;
 * - `validation`: where to look whether that holds elsewhere; the bench's default;
 * - `test`: closed. Looked at when a version is done, for the figures in README.md and ARCHITECTURE.md, and
 *   never to decide anything; when it has been looked at too often, its number is raised.
 */
export const SPLITS = {
  train: 'train',
  calibration: 'validation',
  validation: 'validation/1',
  test: 'test/2',
} as const;

/** One of them. */
export type Split = keyof typeof SPLITS;

const isSplit = (text: string): text is Split => Object.hasOwn(SPLITS, text);

/** The seed that a person means: a split's own, or any text for a fresh world. */
export function seedOf(text: string): string {
  return isSplit(text) ? SPLITS[text] : text;
}
