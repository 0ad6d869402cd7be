import { levelRank } from '../decide/severity.js';
import type { Notice } from './notice.js';

const PRESSURE = { asking: 3, person: 2, acting: 1, open: 1, closed: 0 } as const;

/** What asks for a yes first, then the most severe, then the oldest. */
export function byPressure(
  { notice: a }: { readonly notice: Notice },
  { notice: b }: { readonly notice: Notice },
): number {
  return (
    PRESSURE[b.phase] - PRESSURE[a.phase] ||
    levelRank(b.severity) - levelRank(a.severity) ||
    a.openedAt.getTime() - b.openedAt.getTime()
  );
}
