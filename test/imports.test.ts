import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, '..');
let copy = '';

/** What is planted is planted in a copy, so that nobody else ever sees it. */
async function cruise(cwd: string): Promise<{ code: number; output: string }> {
  const bin = path.join(ROOT, 'node_modules/.bin/depcruise');
  try {
    const { stdout } = await run(bin, ['--no-progress', 'api', 'lib'], { cwd });
    return { code: 0, output: stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, output: stdout };
  }
}

beforeAll(async () => {
  copy = await mkdtemp(path.join(tmpdir(), 'imports-'));
  for (const name of ['api', 'lib', 'tsconfig.json', 'package.json', '.dependency-cruiser.cjs']) {
    await cp(path.join(ROOT, name), path.join(copy, name), { recursive: true });
  }
  await symlink(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
});

afterAll(() => rm(copy, { recursive: true, force: true }));

describe('the import table', () => {
  it('is kept, by modules that the checker really sees', async () => {
    const { code, output } = await cruise(ROOT);
    expect(output).toMatch(/no dependency violations found/);
    expect(Number(/\((\d+) modules/.exec(output)?.[1])).toBeGreaterThan(100);
    expect(code).toBe(0);
  }, 60_000);

  it.each([
    ['domain-is-pure', 'lib/domain/planted.ts', `import '../store/sql.js';`],
    ['rooms-are-islands', 'lib/store/planted.ts', `import '../queue/queue.js';`],
    ['api-is-wiring', 'api/planted.ts', `import '../lib/store/sql.js';`],
    ['agent-stands-alone', 'lib/agent/planted.ts', `import '../errors.js';`],
  ])(
    'reports a planted violation of %s',
    async (rule, file, code) => {
      await mkdir(path.dirname(path.join(copy, file)), { recursive: true });
      await writeFile(path.join(copy, file), code);
      const { code: exit, output } = await cruise(copy);
      await rm(path.join(copy, file));
      expect(output).toContain(`error ${rule}: ${file}`);
      expect(exit).not.toBe(0);
    },
    60_000,
  );
});
