// Started as a process of its own by tests that kill it: serves a folder, says so, and waits.
import { startEmbeddedPostgres } from '../../lib/local/embedded-postgres.js';

const dataDir = process.argv[2];
const postgres = await startEmbeddedPostgres({
  durable: false,
  ...(dataDir === undefined ? {} : { dataDir }),
});
process.stdout.write(`${JSON.stringify({ pid: postgres.pid, port: postgres.port })}\n`);
setInterval(() => undefined, 60_000);
