import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fail, helpAsked } from './command-line.js';
import { Checked, checkFunction } from './deploy/check-function.js';
import { checkProject } from './deploy/check-project.js';
import { type FoundFunction, findFunctions } from './functions/find-functions.js';
import { readVercelConfig } from './functions/vercel-config.js';

const HELP = `npm run check:deploy: would this deploy?

Checks vercel.json with the vendor's own compiler, builds every function with the vendor's own builder,
offline, loads each in a fresh process and calls each of its exports once, without a key.

  --root <folder>   another project
`;

const THIS = fileURLToPath(import.meta.url);
const run = promisify(execFile);

function option(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

/** Have a process of its own check one function: the builder keeps a whole compiler in memory. */
async function checkApart(root: string, { entrypoint }: FoundFunction): Promise<Checked> {
  const args = [...process.execArgv, THIS, '--root', root, '--only', entrypoint];
  const { stdout } = await run(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 });
  // What comes before the last line is the builder's.
  return Checked.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}

async function checkAll(root: string, functions: readonly FoundFunction[]): Promise<Checked[]> {
  const waiting = [...functions];
  const done: Checked[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      done.push(await checkApart(root, next));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return done.sort((a, b) => a.entrypoint.localeCompare(b.entrypoint));
}

function table(all: readonly Checked[]): string {
  const rows = all.map((one) => [
    one.entrypoint,
    String(one.files),
    `${(one.bytes / 1e6).toFixed(1)} MB`,
    `${one.importMs.toFixed(0)} ms`,
    one.answers || 'none',
  ]);
  const head = ['function', 'files', 'size', 'import', 'answers without a key'];
  const widths = head.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

async function main(): Promise<void> {
  if (helpAsked(HELP)) return;
  const root = path.resolve(option('--root') ?? path.join(path.dirname(THIS), '../..'));
  const functions = await findFunctions(root);
  const only = functions.find(({ entrypoint }) => entrypoint === option('--only'));
  if (only !== undefined) {
    console.log(`\n${JSON.stringify(await checkFunction(root, only))}`);
    return;
  }
  const wrong = await checkProject(await readVercelConfig(root), functions);
  const all = await checkAll(root, functions);
  // The builder's own note, of no use to anybody; a linked project's settings beside it stay.
  await rm(path.join(root, '.vercel/node'), { recursive: true, force: true });
  console.log(table(all));
  const trouble = [
    ...wrong.map((text) => `vercel.json: ${text}`),
    ...all.flatMap((one) => one.trouble.map((text) => `${one.entrypoint}: ${text}`)),
  ];
  for (const line of trouble) console.error(line);
  console.log(
    trouble.length === 0 ? `${all.length} functions would deploy` : 'this would not deploy',
  );
  if (trouble.length > 0) process.exitCode = 1;
}

main().catch(fail);
