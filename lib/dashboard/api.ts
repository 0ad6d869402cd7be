import type {
  ComponentAnswer,
  HealthAnswer,
  IncidentAnswer,
  IncidentDetailAnswer,
} from './answers.js';
import { Trouble } from './trouble.js';
import type { Answers } from './view.js';

/** Reads one path of the API. @throws {Trouble} */
type Read = <T>(path: string, alsoOk?: number) => Promise<T>;

interface Page<T> {
  readonly items: readonly T[];
  readonly cursor: string | null;
}

/** More rows than this are of no use on one page. */
const MOST_COMPONENTS = 1000;
const MOST_INCIDENTS = 200;

/** Timelines read at each refresh, newest incidents first: bounds what a storm of incidents costs. */
const MOST_DETAILS = 10;

/** A database that sleeps takes up to 10 s to wake. */
const TIMEOUT_MS = 20_000;

function retryAfterOf(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : null;
}

async function parsed<T>(response: Response): Promise<T> {
  try {
    return JSON.parse(await response.text());
  } catch (cause) {
    throw new Trouble(response.status, null, { cause });
  }
}

function reader(key: string, signal: AbortSignal, fetcher: typeof fetch): Read {
  return async (path, alsoOk) => {
    const response = await fetcher(path, {
      headers: {
        authorization: `Bearer ${key}`,
        accept: 'application/json',
        'cache-control': 'no-cache',
      },
      credentials: 'omit',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    }).catch((cause: unknown) => {
      throw new Trouble(0, null, { cause });
    });
    if (!response.ok && response.status !== alsoOk) {
      throw new Trouble(response.status, retryAfterOf(response));
    }
    return parsed(response);
  };
}

async function upTo<T>(
  most: number,
  next: (cursor: string | null) => Promise<Page<T>>,
): Promise<{ items: readonly T[]; more: boolean }> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await next(cursor);
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== null && items.length < most);
  return { items: items.slice(0, most), more: cursor !== null };
}

const after = (cursor: string | null): string =>
  cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;

function readComponents(read: Read) {
  return upTo<ComponentAnswer>(MOST_COMPONENTS, async (cursor) => {
    const page = await read<{ components: ComponentAnswer[]; next_cursor: string | null }>(
      `/api/components?limit=500${after(cursor)}`,
    );
    return { items: page.components, cursor: page.next_cursor };
  });
}

function readIncidents(read: Read) {
  return upTo<IncidentAnswer>(MOST_INCIDENTS, async (cursor) => {
    const page = await read<{ incidents: IncidentAnswer[]; next_cursor?: string | null }>(
      `/api/incidents?state=open&limit=${MOST_INCIDENTS}${after(cursor)}`,
    );
    return { items: page.incidents, cursor: page.next_cursor ?? null };
  });
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

/**
 * Read all that the page shows.
 *
 * The answers come from the server that served this page, of the same version, so their shapes are trusted.
 *
 * @param onHealth - told first: it is known even when the database is away and the rest cannot be read
 * @throws {Trouble} with the status that stood in the way; 0 for a network that is down, a time-out, an abort
 */
export async function readAnswers(
  key: string,
  signal: AbortSignal,
  onHealth: (health: HealthAnswer) => void,
  fetcher: typeof fetch = fetch,
): Promise<Answers> {
  const read = reader(key, signal, fetcher);
  const health = await read<HealthAnswer>('/api/health?deep=1', 503);
  // A 503 from a proxy in between, or before the key could be checked, has another body.
  if (health.database === undefined) throw new Trouble(503);
  onHealth(health);
  const [components, incidents] = await Promise.all([readComponents(read), readIncidents(read)]);
  return {
    health,
    components: components.items,
    incidents: incidents.items,
    details: await readDetails(read, incidents.items),
    more: components.more || incidents.more,
  };
}
