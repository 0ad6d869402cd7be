import * as z from 'zod';
import { startQueue } from './start-queue.js';

const number = z.coerce.number();

const Environment = z.object({
  QUEUE_PORT: number.int().min(0).max(65_535).default(0),
  QUEUE_HOST: z.string().default('127.0.0.1'),
  QUEUE_FOLDER: z.string().optional(),
  QUEUE_TIME_SCALE: number.positive().optional(),
  QUEUE_MAX_RETRIES: number.int().min(0).optional(),
  QSTASH_TOKEN: z.string().min(1),
  QSTASH_CURRENT_SIGNING_KEY: z.string().min(1),
  QSTASH_NEXT_SIGNING_KEY: z.string().min(1),
});

/**
 * Run a local queue as a process of its own, with its options in the environment.
 *
 * Prints one JSON line, `{"url": "…"}`, once it listens; stops on SIGTERM and SIGINT.
 */
async function main(): Promise<void> {
  const environment = Environment.parse(process.env);
  const queue = await startQueue({
    port: environment.QUEUE_PORT,
    host: environment.QUEUE_HOST,
    folder: environment.QUEUE_FOLDER,
    timeScale: environment.QUEUE_TIME_SCALE,
    maxRetries: environment.QUEUE_MAX_RETRIES,
    token: environment.QSTASH_TOKEN,
    currentSigningKey: environment.QSTASH_CURRENT_SIGNING_KEY,
    nextSigningKey: environment.QSTASH_NEXT_SIGNING_KEY,
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      queue.close().then(() => process.exit(0), fail);
    });
  }
  process.stdout.write(`${JSON.stringify({ url: queue.url })}\n`);
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

main().catch(fail);
