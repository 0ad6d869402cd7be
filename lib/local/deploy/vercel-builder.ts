import { createRequire } from 'node:module';

/** One file of a built function, in memory or on disk. */
export type BuildFile = object;

/** What the vendor's builder answers for one function. */
interface BuildResult {
  readonly output: {
    readonly files: Readonly<Record<string, BuildFile>>;
    readonly handler: string;
  };
}

/** The part of `@vercel/node` that is used here; the package's own types leave it out. */
interface VercelNode {
  build(options: {
    readonly files: Readonly<Record<string, BuildFile>>;
    readonly entrypoint: string;
    readonly workPath: string;
    readonly repoRootPath: string;
    readonly config: Readonly<Record<string, unknown>>;
    readonly meta: Readonly<Record<string, unknown>>;
    readonly considerBuildCommand: boolean;
  }): Promise<BuildResult>;
}

/** The part of `@vercel/build-utils` that is used here: what the builder itself is built on. */
interface BuildUtils {
  readonly FileFsRef: { fromFsPath(options: { readonly fsPath: string }): Promise<BuildFile> };
  download(files: Readonly<Record<string, BuildFile>>, folder: string): Promise<unknown>;
}

/** Load the vendor's builder. It takes a second, so it is loaded only where it is used. */
export function vercelBuilder(): { readonly node: VercelNode; readonly utils: BuildUtils } {
  const here = createRequire(import.meta.url);
  const node: VercelNode = here('@vercel/node');
  const utils: BuildUtils = createRequire(here.resolve('@vercel/node'))('@vercel/build-utils');
  return { node, utils };
}
