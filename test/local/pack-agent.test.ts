import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packAgent } from '../../lib/local/pack-agent.js';
import { type SeenPush, startIngest } from '../agent/ingest-server.js';
import { commandFor, ours } from '../agent/signed.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const modules = join(root, 'node_modules');

let folder = '';
let archive = '';
let service = '';

/** A service of somebody else, in plain JavaScript. */
const JAVASCRIPT = `
import { createServer } from 'node:http';
import { startAgent, withSelfHealing } from 'forestall/agent';

const agent = startAgent({ ...JSON.parse(process.env.AGENT), intervalS: 0.2 });
const entries = new Map([['a', 1], ['b', 2]]);
agent.registerCache({ name: 'entries', clear: () => entries.clear(), size: () => entries.size });
let failures = 1;
const answer = withSelfHealing(async () => {
  if (failures-- > 0) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  return 'healed';
}, { agent, backoff: { firstMs: 1 } });
const server = createServer(async (request, response) => response.end(await answer()));
agent.instrument(server);
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

/** Every part of the public types, used as a service would. */
const TYPESCRIPT = `
import { type Agent, type AgentNotice, type AgentOptions, type DatabasePool, startAgent, withSelfHealing } from 'forestall/agent';
import { createServer } from 'node:http';

const databasePool: DatabasePool = { reset: async () => {}, check: async () => 1, usage: () => 50 };
const options: AgentOptions = {
  url: 'https://forestall.example', key: 'fst_a.b', component: 'shop', databasePool,
  onEvent: (notice: AgentNotice) => { if (notice.kind === 'command_done') console.log(notice.id); },
};
const agent: Agent = startAgent(options);
agent.instrument(createServer());
const find = withSelfHealing(async (id: number) => ({ id }), { agent, database: true });
const found: Promise<{ id: number }> = find(1);
// @ts-expect-error the argument's type is kept
find('one');
// @ts-expect-error a component is needed
startAgent({ url: 'https://forestall.example', key: 'k' });
export { found };
`;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'forestall-pack-')));
  archive = await packAgent(root, join(folder, 'packed'));
  service = join(folder, 'service');
  await mkdir(service);
  const manifest = { name: 'service', private: true, type: 'module' };
  await writeFile(join(service, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(service, 'service.js'), JAVASCRIPT);
  await writeFile(join(service, 'check.ts'), TYPESCRIPT);
  // What it depends on comes from this checkout, so that no registry is needed.
  const local = ['zod', 'cockatiel'].map((name) => join(modules, name));
  const flags = ['--offline', '--install-links', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...flags, archive, ...local], { cwd: service });
}, 180_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function start(url: string): ChildProcess {
  const options = {
    url,
    key: 'fst_key',
    component: 'shop',
    instance: 'shop-1',
    commandKey: ours.publicKey,
  };
  return spawn(process.execPath, ['service.js'], {
    cwd: service,
    env: { ...process.env, AGENT: JSON.stringify(options) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const chunk of child.stdout ?? []) return String(chunk).trim();
  throw new Error('the service did not start');
}

describe('packAgent', () => {
  it('names exactly what the agent imports, in the versions of the project', async () => {
    const read = async (path: string) => JSON.parse(await readFile(path, 'utf8'));
    const project = await read(join(root, 'package.json'));
    const packed = await read(join(service, 'node_modules', 'forestall', 'package.json'));
    expect(packed).toMatchObject({
      name: 'forestall',
      version: project.version,
      license: 'MIT',
      type: 'module',
      engines: project.engines,
      exports: { './agent': { types: './dist/index.d.ts', default: './dist/index.js' } },
    });
    const { cockatiel, zod } = project.dependencies;
    expect(packed.dependencies).toEqual({ cockatiel, zod });
    expect(packed).not.toHaveProperty('scripts');
  });

  it('holds licence, read-me, JavaScript and types, and no source', () => {
    const installed = (name: string) =>
      existsSync(join(service, 'node_modules', 'forestall', name));
    const names = [
      'LICENSE',
      'README.md',
      'dist/index.js',
      'dist/index.d.ts',
      'dist/index.ts',
      'lib',
    ];
    expect(names.map(installed)).toEqual([true, true, true, true, false, false]);
  });

  it('has types that hold in a strict service', () => {
    const program = ts.createProgram([join(service, 'check.ts')], {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      types: ['node'],
      typeRoots: [join(modules, '@types')],
    });
    // The service's own file and the package's types; what they import is not ours to check.
    const files = program
      .getSourceFiles()
      .filter(({ fileName }) => fileName.startsWith(service) && !fileName.includes('/zod/'));
    expect(files.map(({ fileName }) => fileName)).toContain(
      join(service, 'node_modules', 'forestall', 'dist', 'index.d.ts'),
    );
    const found = [
      ...program.getOptionsDiagnostics(),
      ...files.flatMap((file) => program.getSemanticDiagnostics(file)),
    ];
    expect(found.map((one) => ts.flattenDiagnosticMessageText(one.messageText, ' '))).toEqual([]);
  }, 60_000);

  it('works in a JavaScript service: pushes, heals, and takes a command', async () => {
    let isCounted = false;
    const server = await startIngest((push) => {
      const { component, instance, boot_id } = push.body;
      if (isCounted || !push.body.samples.some((one) => one['request_count'] === 1)) return {};
      isCounted = true;
      return { body: { commands: [ours.sign(commandFor({ component, instance, boot_id }))] } };
    });
    const child = start(server.url);
    try {
      const answer = await fetch(`http://127.0.0.1:${await firstLine(child)}/`);
      expect(await answer.text()).toBe('healed');
      const withResult = ({ body }: SeenPush) => (body.results ?? []).length > 0;
      const { body } = await server.until(withResult);
      expect(body.results).toMatchObject([
        { ok: true, result: { success: true, objects_collected: 3 } },
      ]);
    } finally {
      child.kill('SIGKILL');
      await server.close();
    }
  }, 60_000);

  it.each([
    ['does not compile', "export const count: number = 'one';", /index\.ts: Type 'string'/],
    ['is imported without being a dependency', "export * from 'vitest';", /imports vitest/],
  ])(
    'refuses an agent of which a part %s',
    async (_what, source, refusal) => {
      const project = await mkdtemp(join(folder, 'project-'));
      const manifest = {
        name: 'x',
        version: '1.0.0',
        license: 'MIT',
        engines: {},
        dependencies: {},
      };
      await writeFile(
        join(project, 'package.json'),
        JSON.stringify({ ...manifest, type: 'module' }),
      );
      await symlink(modules, join(project, 'node_modules'));
      await mkdir(join(project, 'lib', 'agent'), { recursive: true });
      await writeFile(join(project, 'lib', 'agent', 'index.ts'), source);
      await expect(packAgent(project)).rejects.toThrow(refusal);
    },
    60_000,
  );
});
