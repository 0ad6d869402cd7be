import { fail } from '../command-line.js';

/** Ends something that was begun. Safe to repeat. */
export type Stop = () => Promise<void>;

/**
 * Do some work, and stop all that it has begun, the last first, however it ends: by itself, by a failure, or by
 * Ctrl-C, a signal, or a terminal that closes, which end the process with exit code 130.
 *
 * @param work - is given the list to which it adds whatever must be stopped
 */
export async function stoppable(work: (stops: Stop[]) => Promise<void>): Promise<void> {
  const stops: Stop[] = [];
  const stopAll = async (): Promise<void> => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  let isStopping = false;
  const interrupted = (): void => {
    if (isStopping) return;
    isStopping = true;
    // A terminal that was closed takes no more words.
    process.stdout.on('error', () => undefined);
    console.log('\nstopping …');
    stopAll().then(() => process.exit(130), fail);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupted);
  try {
    await work(stops);
  } catch (error) {
    // What was under way fails as it is stopped: that is no news.
    if (!isStopping) throw error;
  } finally {
    if (!isStopping) await stopAll();
  }
}
