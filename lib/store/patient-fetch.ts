/**
 * A fetch that waits for an answer only so long, and after one that did not come fails at once for a while:
 * several calls in a row to something that hangs take no longer than one. Each database is waited for by itself,
 * since one of the team's own may hang just when it is to be healed.
 *
 * @param waitMs - how long one call may take
 * @param restMs - how long nothing is asked after a call that took longer
 */
export function patientFetch(waitMs: number, restMs: number): typeof fetch {
  const restsUntil = new Map<string, number>();
  return async (input, init) => {
    const database = databaseOf(init);
    if (Date.now() < (restsUntil.get(database) ?? 0)) {
      throw new Error('it has just not answered in time');
    }
    const limit = AbortSignal.timeout(waitMs);
    try {
      return await fetch(input, { ...init, signal: limit });
    } catch (error) {
      if (limit.aborted) restsUntil.set(database, Date.now() + restMs);
      throw error;
    }
  };
}

/** The driver sends every database's requests to one address, and names the database in a header. */
function databaseOf(init: RequestInit | undefined): string {
  return new Headers(init?.headers).get('neon-connection-string') ?? '';
}
