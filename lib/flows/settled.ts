/** How one piece of work ended: never a failure of its own, so that what follows has its turn. */
export async function settled<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [end] = await Promise.allSettled([work]);
  return end;
}

/**
 * The values of what has settled, in order.
 *
 * @throws the first failure
 */
export function valuesOf<T>(ends: readonly PromiseSettledResult<T>[]): T[] {
  return ends.map((end) => outcomeOf(end));
}

/** The value of what has settled. @throws its failure */
export function outcomeOf<T>(end: PromiseSettledResult<T>): T {
  if (end.status === 'rejected') throw end.reason;
  return end.value;
}
