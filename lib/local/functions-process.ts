import { fileURLToPath } from 'node:url';
import { fail } from './command-line.js';
import { startFunctions } from './functions/start-functions.js';

/** The checkout; not taken from the whole stack, which would load everything else, too. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The functions in a process of their own, with the environment they are given: what a fault may kill.
 * Prints one line of JSON, `{"url":…}`, when ready; SIGTERM and SIGINT end it in the ordinary way.
 */
async function main(): Promise<void> {
  const port = Number(process.env['PORT'] ?? 0);
  const functions = await startFunctions({ root: ROOT, port, host: '127.0.0.1' });
  // Read by the functions when the first of them is called.
  process.env['FORESTALL_URL'] ??= functions.url;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void functions.close().then(() => process.exit(0), fail));
  }
  console.log(JSON.stringify({ url: functions.url }));
}

main().catch(fail);
