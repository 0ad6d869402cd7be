import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type TestProject, writeProject } from '../support/project.js';

// Each function takes the vendor's builder, with its compiler, a few seconds.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const run = promisify(execFile);
const SCRIPT = join(import.meta.dirname, '../../lib/local/check-deploy.ts');

const REFUSING = `
import { refuse } from '../lib/refuse.js';
export const POST = (): Response => refuse();
`;

const GOOD = {
  'tsconfig.json': JSON.stringify({
    compilerOptions: { target: 'ES2023', module: 'nodenext', strict: true, skipLibCheck: true },
  }),
  'package.json': JSON.stringify({ type: 'module', engines: { node: '>=20' } }),
  'lib/refuse.ts': `
export const refuse = (): Response =>
  new Response(JSON.stringify({ status: 401, title: 'No', code: 'unauthorized' }), {
    status: 401,
    headers: { 'content-type': 'application/problem+json' },
  });
`,
  'api/health.ts': `export const GET = (): Response => Response.json({ ok: true });`,
  'api/hooks/[source].ts': REFUSING.replace('../lib', '../../lib'),
  'sql/000001_a.sql': 'select 1;',
};

const CONFIG = { functions: { 'api/**/*.ts': { maxDuration: 10, includeFiles: 'sql/**' } } };

/** Where the check puts what it needs for a while. */
let scratch = '';

async function check(project: TestProject) {
  const args = ['--import', 'tsx', SCRIPT, '--root', project.root];
  const env = { ...process.env, TMPDIR: scratch };
  return run(process.execPath, args, { cwd: join(import.meta.dirname, '../..'), env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

describe('check-deploy', () => {
  let good: TestProject;
  let bad: TestProject;
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'check-deploy-'));
    good = await writeProject(GOOD, CONFIG);
    bad = await writeProject(
      {
        ...GOOD,
        'api/open.ts': `export const GET = (): Response => Response.json({ secrets: 'all' });`,
        'api/lost.ts': `import { refuse } from '../lib/refuse';\nexport const POST = refuse;`,
      },
      {
        functions: { 'api/health.ts': {}, ...CONFIG.functions },
        crons: [{ path: '/api/no', schedule: '0 3 * * *' }],
      },
    );
  });
  afterAll(async () => {
    await good.remove();
    await bad.remove();
    await rm(scratch, { recursive: true, force: true });
  });

  it('builds, loads and calls each function, and tells how large and quick it is', async () => {
    const { code, stdout, stderr } = await check(good);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^api\/health\.ts +\d+ +0\.0 MB +\d+ ms +GET 200$/m);
    expect(stdout).toMatch(/^api\/hooks\/\[source\]\.ts +\d+ +0\.0 MB +\d+ ms +POST 401$/m);
    expect(stdout.trimEnd()).toMatch(/2 functions would deploy$/);
    expect(code).toBe(0);
  });

  it('reports what would fail only once it is deployed, and exits 1', async () => {
    const { code, stdout, stderr } = await check(bad);
    expect(stderr).toContain('vercel.json: the cron: /api/no leads to no function');
    expect(stderr).toContain('api/health.ts: lacks sql/000001_a.sql');
    expect(stderr).toContain('api/open.ts: GET without a key answers 200');
    expect(stderr).toMatch(/^api\/lost\.ts: /m);
    expect(stdout.trimEnd()).toMatch(/this would not deploy$/);
    expect(code).toBe(1);
  });

  it('leaves nothing behind', async () => {
    const left = await readdir(scratch);
    expect(left.filter((name) => name.startsWith('forestall-'))).toEqual([]);
    expect(await readdir(join(good.root, '.vercel')).catch(() => [])).toEqual([]);
  });
});
