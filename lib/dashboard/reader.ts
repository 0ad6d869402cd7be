import { Trouble } from './trouble.js';

/**
 * Reads one path of the API.
 *
 * @param alsoOk - a status besides those of success whose answer is wanted
 * @throws {Trouble} with the status that stood in the way; 0 for a network that is down, a time-out, an abort
 */
export type Read = <T>(path: string, alsoOk?: number) => Promise<T>;

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

/** Make a reader that sends a key along, in the header and never in the address. */
export function reader(key: string, signal: AbortSignal, fetcher: typeof fetch): Read {
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
