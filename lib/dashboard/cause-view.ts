import type { CauseAnswer } from './answers.js';
import { plain } from './words.js';

/** A common cause that lasts, as a person reads it. */
export interface CauseView {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** ISO 8601. */
  readonly beganAt: string;
}

/** Say what many components of a group have in common. */
export function causeView({ id, group, kind, text, began_at: beganAt }: CauseAnswer): CauseView {
  return { id, title: `${plain(kind)} in group ${group}`, text, beganAt };
}
