import type {
  AdminAnswers,
  AdminList,
  FreezeAnswer,
  RuleAnswer,
  WindowAnswer,
} from './admin-answers.js';
import type { Read } from './reader.js';
import { Trouble } from './trouble.js';

/** Reads what only administrators may, or answers what was read of late. Never fails: each list says its trouble. */
export type AdminLists = (read: Read) => Promise<AdminAnswers>;

/** What people lay down changes rarely; it need not be read at each refresh. */
const EVERY_MS = 30_000;
/** What a key may do never changes; but a 403 may be of something that stands in between. */
const REFUSED_EVERY_MS = 300_000;

const FORBIDDEN = 403;

/** How long a list is not read again, milliseconds; a failure is tried again at the next refresh. */
function pauseMs(trouble: Trouble | null): number {
  if (trouble === null) return EVERY_MS;
  if (trouble.status === FORBIDDEN) return REFUSED_EVERY_MS;
  return Math.min(REFUSED_EVERY_MS, (trouble.retryAfterS ?? 0) * 1000);
}

async function readList<T>(read: Read, path: string, name: string): Promise<readonly T[]> {
  const answer = await read<Readonly<Record<string, readonly T[] | undefined>>>(path);
  const items = answer[name];
  if (!Array.isArray(items)) throw new Trouble(200);
  return items;
}

const troubleOf = (error: unknown): Trouble =>
  error instanceof Trouble ? error : new Trouble(200, null, { cause: error });

function keptList<T>(path: string, name: string, clock: () => number) {
  let kept: AdminList<T> = { items: null, trouble: null };
  let nextMs = Number.NEGATIVE_INFINITY;
  return async (read: Read): Promise<AdminList<T>> => {
    if (clock() < nextMs) return kept;
    kept = await readList<T>(read, path, name).then(
      (items) => ({ items, trouble: null }),
      (error: unknown) => {
        const trouble = troubleOf(error);
        // What a key may not see any more is not shown any more either.
        return { items: trouble.status === FORBIDDEN ? null : kept.items, trouble };
      },
    );
    nextMs = clock() + pauseMs(kept.trouble);
    return kept;
  };
}

/**
 * Make the lists of one key.
 *
 * @param clock - milliseconds that only ever grow
 */
export function adminLists(clock: () => number = () => performance.now()): AdminLists {
  const windows = keptList<WindowAnswer>(
    '/api/admin/maintenance-windows',
    'maintenance_windows',
    clock,
  );
  const freezes = keptList<FreezeAnswer>('/api/admin/freezes', 'freezes', clock);
  const rules = keptList<RuleAnswer>('/api/admin/rules', 'rules', clock);
  return async (read) => {
    const lists = await Promise.all([windows(read), freezes(read), rules(read)]);
    return { windows: lists[0], freezes: lists[1], rules: lists[2] };
  };
}
