/**
 * Wait for something that cannot be told to stop only until a signal. What it does goes on, its end is not waited for.
 *
 * @param signal - null waits for as long as it takes
 * @param late - what is thrown when the signal came first
 */
export async function inTime<T>(
  signal: AbortSignal | null,
  work: Promise<T>,
  late: () => Error,
): Promise<T> {
  if (signal === null) return work;
  let stop = (): void => undefined;
  const over = new Promise<never>((_, reject) => {
    stop = () => reject(late());
  });
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([work, over]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
