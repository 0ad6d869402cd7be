import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildPage } from '../../lib/local/build.js';

const run = promisify(execFile);

/** Parses files as the modules that a browser takes them for, without running them. */
const PARSE = `
  const [vm, fs] = [require('node:vm'), require('node:fs')];
  for (const name of process.argv.slice(1)) new vm.SourceTextModule(fs.readFileSync(name, 'utf8'));
`;
const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'forestall-build-'));
  await cp(join(PROJECT, 'lib/dashboard'), join(root, 'lib/dashboard'), { recursive: true });
});

afterEach(() => rm(root, { recursive: true, force: true }));

const read = (name: string): Promise<string> => readFile(join(root, 'public', name), 'utf8');
const source = (name: string): string => join(root, 'lib/dashboard', name);

describe('buildPage', () => {
  it('names what it wrote, and writes nothing else', async () => {
    const names = await buildPage(root);
    expect(names).toEqual(expect.arrayContaining(['index.html', 'page.js', 'style.css']));
    expect((await readdir(join(root, 'public'))).sort()).toEqual(names);
    expect(names.filter((name) => name.endsWith('.ts') || name.endsWith('.json'))).toEqual([]);
  });

  it('copies the page and its style unchanged', async () => {
    await buildPage(root);
    for (const name of ['index.html', 'style.css']) {
      expect(await read(name)).toBe(await readFile(source(name), 'utf8'));
    }
  });

  it('makes modules that parse, import only what was built, and put no data into markup', async () => {
    const names = await buildPage(root);
    const modules = names.filter((name) => name.endsWith('.js'));
    await run(
      process.execPath,
      ['--experimental-vm-modules', '--no-warnings', '-e', PARSE, ...modules],
      {
        cwd: join(root, 'public'),
      },
    );
    for (const name of modules) {
      const text = await read(name);
      const imports = [...text.matchAll(/\bfrom\s+['"]([^'"]+)['"]/g)].map(([, from]) => from);
      for (const from of imports) expect(names).toContain(from?.replace(/^\.\//, ''));
      expect(text).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b/);
      expect(text).not.toMatch(/https?:\/\//);
      expect(text).not.toMatch(/\bimport\s*\(/);
    }
    expect(await read('page.js')).toMatch(/from '\.\/view\.js'/);
  });

  it('keeps script and style out of the page itself, as its content security policy demands', async () => {
    await buildPage(root);
    const html = await read('index.html');
    expect(html).toContain('<script type="module" src="/page.js"></script>');
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|https?:\/\//);
  });

  it('builds a further module too', async () => {
    await writeFile(source('more.ts'), 'export const n: number = 1;\n');
    expect(await buildPage(root)).toContain('more.js');
    expect(await read('more.js')).toBe('export const n = 1;\n');
  });

  it('removes what an earlier build left', async () => {
    await mkdir(join(root, 'public/old'), { recursive: true });
    await writeFile(join(root, 'public/old/gone.js'), '');
    const names = await buildPage(root);
    expect((await readdir(join(root, 'public'))).sort()).toEqual(names);
  });

  it.each(['index.html', 'style.css', 'page.ts'])(
    'refuses without %s, and leaves the last page',
    async (name) => {
      await buildPage(root);
      await rm(source(name));
      await expect(buildPage(root)).rejects.toThrow(`has no ${name}`);
      expect(await read('index.html')).toContain('Forestall');
    },
  );

  it('refuses a module that does not parse, naming it', async () => {
    await writeFile(source('broken.ts'), 'export const = 1;\n');
    await expect(buildPage(root)).rejects.toThrow(/broken\.ts: /);
  });

  it('refuses a project without the folder', async () => {
    await rm(join(root, 'lib'), { recursive: true });
    await expect(buildPage(root)).rejects.toThrow('cannot read');
  });

  it('ends with 1 and one clear line when run on a project with a source missing', async () => {
    await mkdir(join(root, 'lib/local'), { recursive: true });
    await cp(join(PROJECT, 'lib/local/build.ts'), join(root, 'lib/local/build.ts'));
    await cp(join(PROJECT, 'package.json'), join(root, 'package.json'));
    await symlink(join(PROJECT, 'node_modules'), join(root, 'node_modules'));
    const build = () =>
      run(process.execPath, ['--import', 'tsx', 'lib/local/build.ts'], { cwd: root });
    await rm(source('style.css'));
    await expect(build()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^build: .* has no style\.css\n$/),
    });
  }, 60_000);
});
