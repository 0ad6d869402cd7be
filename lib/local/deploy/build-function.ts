import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { settingsOf, type VercelConfig } from '../functions/vercel-config.js';
import { vercelBuilder } from './vercel-builder.js';

/** A function as it would be deployed, written out. */
export interface BuiltFunction {
  /** Its module, below the folder. */
  readonly handler: string;
  /** Paths below the folder. */
  readonly files: readonly string[];
  readonly bytes: number;
}

/**
 * Build one function with the vendor's own builder, offline, and write it out.
 *
 * The project's `node_modules` are used as they are: nothing is installed, no build command runs.
 *
 * @param entrypoint - e.g. `api/webhooks/[source].ts`
 * @param folder - an empty one, which then holds what the function's machine would
 */
export async function buildFunction(
  root: string,
  config: VercelConfig,
  entrypoint: string,
  folder: string,
): Promise<BuiltFunction> {
  const { node, utils } = vercelBuilder();
  const source = await utils.FileFsRef.fromFsPath({ fsPath: path.join(root, entrypoint) });
  const { includeFiles } = settingsOf(config, entrypoint);
  const { output } = await node.build({
    files: { [entrypoint]: source },
    entrypoint,
    workPath: root,
    repoRootPath: root,
    config: {
      zeroConfig: true,
      ...(includeFiles === undefined ? {} : { includeFiles: [includeFiles] }),
      // An empty command installs nothing, and one that does nothing keeps package.json's from running.
      projectSettings: { installCommand: '', buildCommand: 'true', nodeVersion: '24.x' },
    },
    meta: { skipDownload: true },
    considerBuildCommand: true,
  });
  await utils.download(output.files, folder);
  return { handler: output.handler, ...(await measured(folder)) };
}

async function measured(folder: string): Promise<{ files: string[]; bytes: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(path.join(folder, file))).size),
  );
  return { files, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
