import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { emptyDatabase } from '../support/database.js';

// A process that compiles all functions, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const SCRIPT = join(import.meta.dirname, '../../lib/local/functions-process.ts');
const database = await emptyDatabase();
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT], {
    env: {
      PATH: process.env['PATH'],
      FORESTALL_SECRET: randomBytes(32).toString('base64url'),
      DATABASE_URL: database.url,
      NEON_FETCH_ENDPOINT: database.fetchEndpoint,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function ready(child: ReturnType<typeof start>): Promise<string> {
  for await (const line of createInterface({ input: child.stdout })) {
    return z.object({ url: z.url() }).parse(JSON.parse(line)).url;
  }
  throw new Error(await text(child.stderr));
}

describe('functions-process', () => {
  it('serves the functions, and is gone at once when it is killed', async () => {
    const child = start();
    const url = await ready(child);
    const answer = await fetch(`${url}/api/health`);
    expect(answer.status).toBe(200);
    child.kill('SIGKILL');
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');
    await expect(fetch(`${url}/api/health`)).rejects.toThrow();
  });

  it('ends in the ordinary way when it is asked to', async () => {
    const child = start();
    await ready(child);
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
  });

  it('says in one line that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = z.object({ port: z.int() }).parse(other.address());
    const child = start({ PORT: String(port) });
    const said = await text(child.stderr);
    other.close();
    expect(said).toBe(`port ${port} is in use; choose another with PORT=…\n`);
  });
});
