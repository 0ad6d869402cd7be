import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';

const run = promisify(execFile);

/** What one export of a function answered to somebody without a key. */
const Answer = z.object({
  method: z.string(),
  status: z.int(),
  type: z.string(),
  body: z.string(),
});

const Report = z.object({ importMs: z.number(), answers: z.array(Answer) });

/** One answer of a built function. */
export type BuiltAnswer = z.infer<typeof Answer>;

/** How a built function behaved in a process of its own. */
export type CallReport = z.infer<typeof Report>;

/** Stands before the report, since functions write to the standard output, too. */
const MARK = '\u0001report ';

/** Plain JavaScript for a plain Node, so that nothing helps the built files to be found. */
const SCRIPT = `
import { pathToFileURL } from 'node:url';
const [file, url, mark] = process.argv.slice(1);
const began = performance.now();
const module = await import(pathToFileURL(file).href);
const importMs = performance.now() - began;
const answers = [];
for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
  if (typeof module[method] !== 'function') continue;
  const body = method === 'GET' || method === 'HEAD' ? {} : { body: '{}' };
  const headers = { 'content-type': 'application/json' };
  const response = await module[method](new Request(url, { method, headers, ...body }));
  const type = response.headers.get('content-type') ?? '';
  answers.push({ method, status: response.status, type, body: await response.text() });
}
const report = mark + JSON.stringify({ importMs, answers });
process.stdout.write('\\n' + report + '\\n', () => process.exit(0));
`;

const WITHIN_MS = 60_000;

/** A complete environment in which nothing outside can be reached: each port is closed. */
function environment(): NodeJS.ProcessEnv {
  return {
    FORESTALL_SECRET: randomBytes(32).toString('base64url'),
    FORESTALL_URL: 'https://forestall.example',
    DATABASE_URL: 'postgresql://check:check@localhost/check',
    NEON_FETCH_ENDPOINT: 'http://127.0.0.1:1/sql',
    QSTASH_URL: 'http://127.0.0.1:1',
    QSTASH_TOKEN: 'check',
    QSTASH_CURRENT_SIGNING_KEY: randomBytes(32).toString('base64url'),
    QSTASH_NEXT_SIGNING_KEY: randomBytes(32).toString('base64url'),
    CRON_SECRET: randomBytes(32).toString('base64url'),
  };
}

/**
 * Load a built function in a fresh process, with nothing but its own files, and call each of its exports
 * once, without a key.
 *
 * @param folder - where it was written to
 * @param handler - its module, below the folder
 * @param pathname - the path that is asked for
 * @throws {Error} with what the process said, when it does not load or an export throws
 */
export async function callBuilt(
  folder: string,
  handler: string,
  pathname: string,
): Promise<CallReport> {
  const url = `https://forestall.example${pathname}`;
  const args = [
    '--input-type=module',
    '--eval',
    SCRIPT,
    '--',
    path.join(folder, handler),
    url,
    MARK,
  ];
  const { stdout } = await run(process.execPath, args, {
    cwd: folder,
    env: environment(),
    timeout: WITHIN_MS,
  });
  const line = stdout.split('\n').find((one) => one.startsWith(MARK)) ?? '';
  return Report.parse(JSON.parse(line.slice(MARK.length)));
}
