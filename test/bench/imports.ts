import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { buildFunction } from '../../lib/local/deploy/build-function.js';
import { findFunctions } from '../../lib/local/functions/find-functions.js';
import { readVercelConfig } from '../../lib/local/functions/vercel-config.js';
import { ROOT } from '../../lib/local/stack.js';
import { figure, figures, type Line, type Summary, summary } from './table.js';

const run = promisify(execFile);

/** Fresh processes per module. */
const TIMES = 5;

/** Imports one module, says how long that took, and ends: plain JavaScript for a plain Node. */
const LOADER = `
import { pathToFileURL } from 'node:url';
const began = performance.now();
await import(pathToFileURL(process.argv[2]).href);
process.stdout.write(String(performance.now() - began), () => process.exit(0));
`;

/** How long a fresh process took to import a module and end, and the import's own part. */
interface Loaded {
  readonly processMs: Summary;
  readonly importMs: Summary;
}

async function load(loader: string, file: string): Promise<Loaded> {
  const processes: number[] = [];
  const imports: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const began = performance.now();
    // An environment of its own: this process runs under a compiler that would be handed down.
    const { stdout } = await run(process.execPath, [loader, file], { env: {} });
    processes.push(performance.now() - began);
    imports.push(Number(stdout));
  }
  return { processMs: summary(processes), importMs: summary(imports) };
}

/** Measure how long each function, built by the vendor's builder, takes to import in a fresh process. */
export async function benchImports(): Promise<Line[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'forestall-bench-'));
  try {
    const loader = path.join(folder, 'load.mjs');
    const nothing = path.join(folder, 'empty.mjs');
    await writeFile(loader, LOADER);
    await writeFile(nothing, '');
    const config = await readVercelConfig(ROOT);
    const built: { entrypoint: string; file: string }[] = [];
    for (const { entrypoint } of await findFunctions(ROOT)) {
      console.error(`building ${entrypoint} …`);
      const into = await mkdtemp(path.join(folder, 'function-'));
      const { handler } = await buildFunction(ROOT, config, entrypoint, into);
      built.push({ entrypoint, file: path.join(into, handler) });
    }
    await load(loader, nothing);
    const empty = await load(loader, nothing);
    const lines: Line[] = [];
    for (const { entrypoint, file } of built) {
      lines.push(line(entrypoint, await load(loader, file), empty));
    }
    return lines;
  } finally {
    await rm(folder, { recursive: true, force: true });
    // The builder's own note, of no use to anybody.
    await rm(path.join(ROOT, '.vercel/node'), { recursive: true, force: true });
  }
}

function line(entrypoint: string, loaded: Loaded, empty: Loaded): Line {
  return {
    what: `start with ${entrypoint}`,
    ...figures(loaded.processMs, 'ms'),
    against: `with an empty module: ${figure(empty.processMs.median, 'ms')}`,
    ratio: (loaded.processMs.median / empty.processMs.median).toFixed(1),
    note: `the import alone ${figure(loaded.importMs.median, 'ms')}`,
  };
}
