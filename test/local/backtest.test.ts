import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../lib/local/stack.js';
import { type Folder, makeFolder } from './backtest/files.js';

const run = promisify(execFile);
const START = Date.UTC(2026, 0, 5);
const HOURS = 24;
let folder: Folder;
let history = '';

/** Nine that are calm and one that leaks until it fails, at minute 1400. */
function historyText(): string {
  const rows = Array.from({ length: HOURS * 60 }, (_, minute) => {
    const at = START + minute * 60_000;
    const memory = 40 + Math.max(0, minute - 1200) * 0.29;
    return Array.from({ length: 16 }, (__, i) => {
      const level = i === 3 ? Math.min(99, memory) : 40;
      return `svc-${i},${at},${(level + (minute % 3) * 0.2).toFixed(2)},${20 + (minute % 5)}`;
    }).join('\n');
  });
  return `component,at,memory_usage,cpu_usage\n${rows.toReversed().join('\n')}\n`;
}

beforeAll(async () => {
  folder = await makeFolder();
  history = await folder.file('history.csv', historyText());
});

afterAll(() => folder.remove());

async function command(...args: readonly string[]) {
  const all = ['--import', 'tsx', path.join(ROOT, 'lib/local/backtest.ts'), ...args];
  const env = { ...process.env, FORESTALL_SETTINGS: '{"minHistoryS":3600}', DATABASE_URL: '' };
  try {
    const { stdout, stderr } = await run(process.execPath, all, { cwd: ROOT, env });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

const out = (name: string): string => path.join(folder.path, name);

describe('npm run backtest', () => {
  it('says the same, however many processes share the work, and judges it', async () => {
    const failures = await folder.file(
      'failures.csv',
      `component,at\nsvc-3,${START + 1400 * 60_000}\n`,
    );
    const args = [history, '--failures', failures];
    const shared = await command(...args, '--out', out('shared.jsonl'), '--processes', '2');
    const alone = await command(...args, '--out', out('alone.jsonl'), '--processes', '1');
    expect(shared).toEqual({ code: 0, stdout: alone.stdout, stderr: shared.stderr });
    expect(shared.stdout).toContain('16 components, 2026-01-05 00:00Z to 2026-01-05 23:59Z');
    expect(shared.stdout).toMatch(/^svc-3\n {2}said {3}2026-01-05 2\d:\d\d/m);
    expect(shared.stdout).toMatch(/acted .* would .* svc-3/);
    expect(shared.stdout).toContain('no alarm in 15 of 16 components: svc-0, svc-1, svc-10');
    expect(shared.stdout).toMatch(/failed 2026-01-05 23:20Z {2}1 h: .* before, 6 h: .* before/);
    expect(shared.stdout).toMatch(/^6 h .* 1\/0\/0\/0$/m);
    const [one, other] = await Promise.all(
      ['shared.jsonl', 'alone.jsonl'].map((name) => readFile(out(name), 'utf8')),
    );
    expect(one).toBe(other);
    const lines = one?.trimEnd().split('\n') ?? [];
    expect(lines).toHaveLength((16 * HOURS * 60) / 5);
    const acted = lines.map((line) => JSON.parse(line)).filter(({ action }) => action !== null);
    expect(acted[0]).toMatchObject({
      component: 'svc-3',
      action: { kind: 'acted', action: expect.any(String), guards: [] },
    });
  });

  it('ends with one line and writes nothing when a line of the history cannot be read', async () => {
    const bad = await folder.file('bad.csv', 'component,at,cpu_usage\nshop,1767571200,many\n');
    const { code, stdout, stderr } = await command(bad, '--out', out('none.jsonl'));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^.*bad\.csv cannot be used: line 2: cpu_usage is "many".*\n$/);
    expect((await readdir(folder.path)).filter((name) => name.startsWith('none'))).toEqual([]);
  });

  it.each([
    { name: 'no file', args: () => [], why: /give a file of samples/ },
    { name: 'no folder to write to', args: () => [history, '--out', '/none/a'], why: /ENOENT/ },
    {
      name: 'no database',
      args: () => ['--from', '2026-01-01T00:00:00Z', '--to', '2026-01-02T00:00:00Z'],
      why: /DATABASE_URL is not set/,
    },
  ])('ends with one line given $name', async ({ args, why }) => {
    const { code, stderr } = await command(...args());
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(why)]);
  });

  it('tells how it is used', async () => {
    const { code, stdout } = await command('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('--failures <file>');
  });
});
