import { fail } from './command-line.js';
import { startFunctions } from './functions/start-functions.js';
import { ROOT } from './stack.js';

/**
 * The functions in a process of their own, with the environment they are given: what a fault may kill.
 * Prints one line of JSON, `{"url":…}`, when ready.
 */
async function main(): Promise<void> {
  const port = Number(process.env['PORT'] ?? 0);
  const functions = await startFunctions({ root: ROOT, port, host: '127.0.0.1' });
  process.env['FORESTALL_URL'] ??= functions.url;
  console.log(JSON.stringify({ url: functions.url }));
}

main().catch(fail);
