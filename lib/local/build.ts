import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';

/** What the page cannot do without; further modules beside them are built too. */
const NEEDED = ['index.html', 'page.ts', 'style.css'];

/** One file of the page, ready to be written. */
interface Built {
  readonly name: string;
  readonly text: string;
}

async function sourceNames(folder: string): Promise<string[]> {
  const found = await readdir(folder).catch((cause: unknown) => {
    throw new Error(`cannot read ${folder}`, { cause });
  });
  const missing = NEEDED.filter((name) => !found.includes(name));
  if (missing.length > 0) throw new Error(`${folder} has no ${missing.join(', no ')}`);
  return found.filter((name) => /\.(html|css|ts)$/.test(name) && !name.endsWith('.d.ts')).sort();
}

function transpile(fileName: string, source: string): string {
  const { outputText, diagnostics = [] } = ts.transpileModule(source, {
    fileName,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  });
  const [first] = diagnostics;
  if (first === undefined) return outputText;
  throw new Error(`${fileName}: ${ts.flattenDiagnosticMessageText(first.messageText, ' ')}`);
}

async function built(folder: string, name: string): Promise<Built> {
  const path = join(folder, name);
  const text = await readFile(path, 'utf8');
  return name.endsWith('.ts')
    ? { name: name.replace(/\.ts$/, '.js'), text: transpile(path, text) }
    : { name, text };
}

/**
 * Build the web page from `lib/dashboard` into `public`, whose old contents are removed.
 *
 * Types are not checked here; `npm run types` does that. Nothing is removed before everything could
 * be built, so that a failure leaves the last page in place.
 *
 * @param root - the project's folder
 * @returns the names of the written files, sorted
 * @throws {Error} naming the source that is missing or does not parse
 */
export async function buildPage(root: string): Promise<string[]> {
  const source = join(root, 'lib', 'dashboard');
  const target = join(root, 'public');
  const names = await sourceNames(source);
  const files = await Promise.all(names.map((name) => built(source, name)));
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await Promise.all(files.map(({ name, text }) => writeFile(join(target, name), text)));
  return files.map(({ name }) => name).sort();
}

async function main(): Promise<void> {
  const written = await buildPage(fileURLToPath(new URL('../../', import.meta.url)));
  console.log(`public: ${written.join(', ')}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main().catch((error: unknown) => {
    console.error(`build: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}
