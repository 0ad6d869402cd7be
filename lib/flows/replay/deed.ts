import type { Action } from '../../domain/decide/action.js';
import type { GuardName } from '../../domain/decide/verdict.js';

/** What a replay did about an incident at one instant, or why it did nothing. */
export interface Deed {
  readonly componentId: number;
  readonly at: Date;
  /**
   * `acted`: it would have acted by itself; `asked`: it would have asked for a yes; `held`: guards held it
   * back; `paged`: a person would have been called; `skipped`: decided on, but not carried out after all;
   * `expired`: nobody had said yes in time.
   */
  readonly kind: 'acted' | 'asked' | 'held' | 'paged' | 'skipped' | 'expired';
  /** Null where a plan is at its end. */
  readonly action: Action | null;
  readonly why: string;
  /** The guards that held it back. */
  readonly guards: readonly GuardName[];
  /** Whether a person is called at the same time. */
  readonly pages: boolean;
  /** False for what is only decided again, as at the tick before. */
  readonly isNews: boolean;
}
