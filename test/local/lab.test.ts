import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';

// A whole stack and eight services are started, on a machine that may be busy.
vi.setConfig({ testTimeout: 180_000 });

const SCRIPT = join(import.meta.dirname, '../../lib/local/lab.ts');
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGTERM');
});

async function lab(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const [said, complained, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { said, complained, code };
}

describe('npm run lab', () => {
  it('tells what it is on --help, and starts nothing', async () => {
    const { said, code } = await lab('--help');
    expect(code).toBe(0);
    expect(said).toContain('npm run lab');
    expect(said).toContain('--only');
    expect(said).toContain('bad-deploy-errors');
  });

  it('refuses a fault that there is not', async () => {
    const { complained, code } = await lab('--only', 'fire');
    expect(code).toBe(1);
    expect(complained).toContain('no fault fire');
  });

  it('plays one fault: its cause is found, it is rolled back, and nothing else is touched', async () => {
    const { said, code } = await lab('--only', 'bad-deploy-errors', '--mode', 'auto', '--json');
    const outcomes: unknown = JSON.parse(said.slice(said.indexOf('\n[\n')));
    expect(outcomes, said).toMatchObject([
      {
        top1: true,
        deeds: [{ component: 'api', action: 'rollback' }],
        on_innocents: [],
        wrong: [],
      },
    ]);
    expect(code, said).toBe(0);
  });
});
