import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';

// A whole stack and two services are started, on a machine that may be busy.
vi.setConfig({ testTimeout: 180_000 });

const SCRIPT = join(import.meta.dirname, '../../lib/local/demo.ts');
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

describe('npm run demo', () => {
  it('tells what it is on --help, and starts nothing', async () => {
    const child = start(['--help']);
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect(code).toBe(0);
    expect(said).toContain('npm run demo');
    expect(said).toContain('--json');
  });

  it('leaves nothing behind when it is interrupted in the middle of an act', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'forestall-demo-test-'));
    await chmod(folder, 0o755);
    const child = start([], { TMPDIR: folder });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      said += part;
    });
    await vi.waitFor(() => expect(said).toMatch(/ s {2}memory .* requests lost/), {
      timeout: 150_000,
      interval: 200,
    });
    expect((await readdir(folder)).some((name) => name.startsWith('forestall-demo-'))).toBe(true);
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    expect(code).toBe(130);
    expect((await readdir(folder)).filter((name) => name.startsWith('forestall-'))).toEqual([]);
    await rm(folder, { recursive: true, force: true });
  });
});
