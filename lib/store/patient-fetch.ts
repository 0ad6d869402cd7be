/**
 * A fetch that waits for an answer only so long, and after one that did not come fails at once for a while:
 * several calls in a row to something that hangs take no longer than one.
 *
 * @param waitMs - how long one call may take
 * @param restMs - how long nothing is asked after a call that took longer
 */
export function patientFetch(waitMs: number, restMs: number): typeof fetch {
  let restsUntil = 0;
  return async (input, init) => {
    if (Date.now() < restsUntil) throw new Error('it has just not answered in time');
    const limit = AbortSignal.timeout(waitMs);
    try {
      return await fetch(input, { ...init, signal: limit });
    } catch (error) {
      if (limit.aborted) restsUntil = Date.now() + restMs;
      throw error;
    }
  };
}
