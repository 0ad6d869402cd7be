/** Wait until a promise is settled, or for some milliseconds; never throws, leaves no timer. */
export async function settledWithin(promise: Promise<unknown>, mostMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, mostMs);
    timer.unref();
  });
  await Promise.race([promise.catch(() => undefined), late]);
  clearTimeout(timer);
}
