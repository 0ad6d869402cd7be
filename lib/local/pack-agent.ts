import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import * as z from 'zod';
import { fail, helpAsked } from './command-line.js';

const HELP = `npm run pack:agent: make the package that services install as forestall/agent.

Compiles lib/agent to JavaScript with types and packs it into .agent/forestall-<version>.tgz.
`;

const run = promisify(execFile);

/** What the package takes over from the project's own package.json. */
const Project = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  engines: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
});
type Project = z.infer<typeof Project>;

/** Where things are in the package. */
const COMPILED = 'dist';

function compilerOptions(root: string, outDir: string): ts.CompilerOptions {
  return {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules', '@types')],
    rootDir: join(root, 'lib', 'agent'),
    outDir,
    declaration: true,
    noEmitOnError: true,
  };
}

/** Compile the agent; answers its sources. */
function compile(root: string, outDir: string): ts.SourceFile[] {
  const entry = join(root, 'lib', 'agent', 'index.ts');
  const program = ts.createProgram([entry], compilerOptions(root, outDir));
  const found = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  const [first] = found;
  if (first !== undefined) {
    const where = first.file?.fileName ?? 'lib/agent';
    throw new Error(`${where}: ${ts.flattenDiagnosticMessageText(first.messageText, ' ')}`);
  }
  return program
    .getSourceFiles()
    .filter((file) => !file.isDeclarationFile && !program.isSourceFileFromExternalLibrary(file));
}

/** The packages that sources import, with the project's own versions of them. */
function dependenciesOf(
  sources: readonly ts.SourceFile[],
  project: Project,
): Record<string, string> {
  const names = sources
    .flatMap((source) => ts.preProcessFile(source.text).importedFiles)
    .map(({ fileName }) => fileName)
    .filter((name) => !name.startsWith('.') && !name.startsWith('node:'));
  return Object.fromEntries(
    [...new Set(names)].sort().map((name) => {
      const version = project.dependencies[name];
      if (version === undefined || builtinModules.includes(name)) {
        throw new Error(`lib/agent imports ${name}, which is no dependency of the project`);
      }
      return [name, version];
    }),
  );
}

function packageJson(project: Project, dependencies: Record<string, string>): object {
  const { name, version, license, engines } = project;
  return {
    name,
    version,
    description: "Forestall's agent: sends a service's metrics and takes recovery commands.",
    license,
    type: 'module',
    engines,
    exports: {
      './agent': { types: `./${COMPILED}/index.d.ts`, default: `./${COMPILED}/index.js` },
    },
    files: [COMPILED],
    sideEffects: false,
    dependencies,
    // Its types speak of Node's servers.
    peerDependencies: { '@types/node': '>=20' },
    peerDependenciesMeta: { '@types/node': { optional: true } },
  };
}

/**
 * Make the package that services install.
 *
 * Safe to repeat; what an earlier run made is replaced.
 *
 * @param root - the project's folder
 * @param target - where the package's folder and archive go
 * @returns the archive's path
 * @throws {Error} naming the source that does not compile, or the import that is no dependency
 */
export async function packAgent(root: string, target = join(root, '.agent')): Promise<string> {
  const folder = join(target, 'package');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const project = Project.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  const dependencies = dependenciesOf(compile(root, join(folder, COMPILED)), project);
  const manifest = JSON.stringify(packageJson(project, dependencies), null, 2);
  await writeFile(join(folder, 'package.json'), `${manifest}\n`);
  await copyFile(join(root, 'lib', 'agent', 'README.md'), join(folder, 'README.md'));
  await copyFile(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', target], { cwd: folder });
  return join(target, `${project.name}-${project.version}.tgz`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href && !helpAsked(HELP)) {
  await packAgent(fileURLToPath(new URL('../../', import.meta.url))).then(
    (archive) => console.log(archive),
    fail,
  );
}
