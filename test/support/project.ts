import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A project in a temporary folder. */
export interface TestProject {
  readonly root: string;
  remove(): Promise<void>;
}

/** Write a project out: its files by their paths, and its `vercel.json`. */
export async function writeProject(
  files: Readonly<Record<string, string>>,
  config: Readonly<Record<string, unknown>> = {},
): Promise<TestProject> {
  const root = await mkdtemp(join(tmpdir(), 'forestall-project-'));
  const all = {
    'package.json': JSON.stringify({ type: 'module' }),
    'vercel.json': JSON.stringify(config),
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}
