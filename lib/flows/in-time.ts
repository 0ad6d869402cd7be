import { AppError } from '../errors.js';

/**
 * Wait for something only so long. What it does goes on, and its end is not waited for.
 *
 * @param limitMs - milliseconds
 * @throws {AppError} `upstream_unavailable` when it took longer
 */
export async function inTime<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new AppError('upstream_unavailable', `no answer within ${limitMs} ms`)),
      limitMs,
    );
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
