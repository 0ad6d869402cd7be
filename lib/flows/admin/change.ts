/** Who changes something, and why. */
export interface Change {
  readonly who: string;
  readonly why: string | null;
}
