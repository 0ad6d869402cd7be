import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import type { FoundFunction } from '../functions/find-functions.js';
import { readVercelConfig } from '../functions/vercel-config.js';
import { buildFunction } from './build-function.js';
import { callBuilt } from './call-built.js';
import { troubleOf } from './trouble.js';

/** How one function would fare, deployed. */
export const Checked = z.object({
  entrypoint: z.string(),
  files: z.int(),
  bytes: z.int(),
  importMs: z.number(),
  /** E.g. `GET 200, POST 401`. */
  answers: z.string(),
  trouble: z.array(z.string()),
});

/** How one function would fare, deployed. */
export type Checked = z.infer<typeof Checked>;

/** Build one function, load it in a fresh process, and call each of its exports once. */
export async function checkFunction(root: string, found: FoundFunction): Promise<Checked> {
  const { entrypoint } = found;
  const folder = await mkdtemp(path.join(tmpdir(), 'forestall-function-'));
  try {
    const built = await buildFunction(root, await readVercelConfig(root), entrypoint, folder);
    const pathname = found.route.replace(/:\w+/g, 'check');
    const report = await callBuilt(folder, built.handler, pathname);
    return {
      entrypoint,
      files: built.files.length,
      bytes: built.bytes,
      importMs: report.importMs,
      answers: report.answers.map(({ method, status }) => `${method} ${status}`).join(', '),
      trouble: troubleOf(entrypoint, built, report, await sqlFiles(root)),
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { entrypoint, files: 0, bytes: 0, importMs: 0, answers: '', trouble: [message] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function sqlFiles(root: string): Promise<string[]> {
  return readdir(path.join(root, 'sql')).catch(() => []);
}
