import path from 'node:path';
import { buildPage } from './build.js';
import { fail, helpAsked } from './command-line.js';
import { ROOT, type Stack, startStack } from './stack.js';

const HELP = `npm start: the whole of Forestall on this machine.

Starts a database (an embedded Postgres, or the one of DATABASE_URL=postgres://localhost…), the queue
and the functions with their page, and sweeps every HEAL_INTERVAL_SECONDS. Ctrl-C stops it.

  PORT            port of the page and the API (default 3000)
  FORESTALL_HOME  data folder (default .forestall)
  HEAL_…          thresholds; see README.md
`;

const DEFAULT_PORT = 3000;

function port(): number {
  const value = process.env['PORT'] ?? String(DEFAULT_PORT);
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new Error(`PORT must be a number from 0 to 65535, not ${JSON.stringify(value)}`);
}

function table({ url, adminKey, databaseUrl, queueUrl, config }: Stack): string {
  const auth = `-H 'authorization: Bearer ${adminKey}'`;
  const json = `-H 'content-type: application/json'`;
  return `
  Forestall is running; it sweeps every ${config.settings.intervalS} s.

    page and API  ${url}
    queue         ${queueUrl}
    database      ${databaseUrl.replace(/\/\/.*@/, '//…@')} (whole URL in local.json of the data folder)
    admin key     ${adminKey}

  Try next:

    curl -s ${url}/api/ingest ${auth} ${json} -d '{"component":"shop","cpu_usage":85,"memory_usage":88,"error_rate":0.08,"latency_ms":3500}'
    curl -s '${url}/api/predict?component=shop' ${auth}
    curl -s ${url}/api/insights ${auth}

  Ctrl-C stops it.
`;
}

async function main(): Promise<void> {
  if (helpAsked(HELP)) return;
  const home = path.resolve(process.env['FORESTALL_HOME'] ?? '.forestall');
  await buildPage(ROOT);
  const stack = await startStack({
    home,
    port: port(),
    env: process.env,
    progress: (part) => console.log(`starting the ${part} …`),
  });
  console.log(table(stack));
  const stop = (): void => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    console.log('stopping …');
    stack.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

main().catch(fail);
