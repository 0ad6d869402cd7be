/**
 * Run a function of the service and await what it answers, for some milliseconds at most; leaves no timer.
 *
 * Nobody is told of a failure that comes later still; it is not left unhandled either.
 *
 * @throws whatever the function throws or its promise is rejected with; a `TimeoutError` when it is late
 */
export async function inTime<T>(work: () => T | PromiseLike<T>, mostMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const isLate = () => reject(new DOMException('no answer in time', 'TimeoutError'));
    timer = setTimeout(isLate, mostMs);
    timer.unref();
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
