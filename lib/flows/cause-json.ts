import { causeText } from '../domain/decide/cause-text.js';
import type { StoredCause } from '../store/common-causes.js';

/** A common cause as the API shows it. */
export interface CauseJson {
  readonly id: string;
  readonly group: string;
  readonly kind: string;
  readonly state: 'open' | 'closed';
  readonly members: readonly string[];
  /** Components of the group whose state was known. */
  readonly peers: number;
  readonly text: string;
  readonly began_at: string;
  readonly ended_at: string | null;
}

/** Put a common cause into the API's shape. */
export function causeJson(cause: StoredCause): CauseJson {
  const { id, group, kind, members, peers, beganAt, endedAt } = cause;
  return {
    ...{ id, group, kind },
    state: endedAt === null ? 'open' : 'closed',
    members: members.map(({ component }) => component),
    peers,
    text: causeText(cause),
    began_at: beganAt.toISOString(),
    ended_at: endedAt?.toISOString() ?? null,
  };
}
