import type { AdminLists } from './admin-lists.js';
import type {
  CauseAnswer,
  ComponentAnswer,
  HealthAnswer,
  IncidentAnswer,
  IncidentDetailAnswer,
} from './answers.js';
import { type Read, reader } from './reader.js';
import { Trouble } from './trouble.js';
import type { Answers } from './view.js';

interface Page<T> {
  readonly items: readonly T[];
  readonly cursor: string | null;
}

/** More rows than this are of no use on one page. */
const MOST_COMPONENTS = 1000;
const MOST_INCIDENTS = 200;

/** Two hold what is shown; pages that lead nowhere are not read for ever. */
const MOST_PAGES = 10;

/** Timelines read at each refresh, newest incidents first: bounds what a storm of incidents costs. */
const MOST_DETAILS = 10;

async function upTo<T>(
  most: number,
  next: (cursor: string | null) => Promise<Page<T>>,
): Promise<{ items: readonly T[]; more: boolean }> {
  const items: T[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const page: Page<T> = await next(cursor);
    items.push(...page.items);
    cursor = page.cursor;
    pages += 1;
  } while (cursor !== null && items.length < most && pages < MOST_PAGES);
  return { items: items.slice(0, most), more: cursor !== null };
}

const after = (cursor: string | null): string =>
  cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;

function readComponents(read: Read) {
  return upTo<ComponentAnswer>(MOST_COMPONENTS, async (cursor) => {
    const page = await read<{ components: ComponentAnswer[]; next_cursor?: string | null }>(
      `/api/components?limit=500${after(cursor)}`,
    );
    return { items: page.components, cursor: page.next_cursor ?? null };
  });
}

async function readIncidents(read: Read) {
  let causes: readonly CauseAnswer[] = [];
  const incidents = await upTo<IncidentAnswer>(MOST_INCIDENTS, async (cursor) => {
    const page = await read<{
      incidents: IncidentAnswer[];
      common_causes: CauseAnswer[];
      next_cursor?: string | null;
    }>(`/api/incidents?state=open&limit=${MOST_INCIDENTS}${after(cursor)}`);
    causes = page.common_causes;
    return { items: page.incidents, cursor: page.next_cursor ?? null };
  });
  return { ...incidents, causes };
}

async function readDetails(read: Read, incidents: readonly IncidentAnswer[]) {
  const details = new Map<string, IncidentDetailAnswer>();
  const reading = incidents.slice(0, MOST_DETAILS).map(async ({ id }) => {
    details.set(id, await read<IncidentDetailAnswer>(`/api/incidents/${encodeURIComponent(id)}`));
  });
  // One that cannot be read is shown without its timeline; the lists say whether all is well.
  await Promise.allSettled(reading);
  return details;
}

/** What reading needs. */
export interface Reading {
  readonly key: string;
  readonly signal: AbortSignal;
  /** Told first: it is known even when the database is away and the rest cannot be read. */
  readonly onHealth: (health: HealthAnswer) => void;
  /** What only administrators may read; kept by the caller from one refresh to the next. */
  readonly admin: AdminLists;
  readonly fetcher?: typeof fetch;
}

/**
 * Read all that the page shows.
 *
 * The answers come from the server that served this page, of the same version, so their shapes are trusted.
 *
 * @throws {Trouble} with the status that stood in the way; 0 for a network that is down, a time-out, an abort
 */
export async function readAnswers(reading: Reading): Promise<Answers> {
  const { key, signal, onHealth, fetcher = fetch } = reading;
  const read = reader(key, signal, fetcher);
  const health = await read<HealthAnswer>('/api/health?deep=1', 503);
  // A 503 from a proxy in between, or before the key could be checked, has another body.
  if (health.database === undefined) throw new Trouble(503);
  onHealth(health);
  const [components, incidents, admin] = await Promise.all([
    readComponents(read),
    readIncidents(read),
    reading.admin(read),
  ]);
  return {
    health,
    components: components.items,
    incidents: incidents.items,
    causes: incidents.causes,
    admin,
    details: await readDetails(read, incidents.items),
    more: components.more || incidents.more,
  };
}
