import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Supervised, supervise } from '../../../lib/local/stage/supervisor.js';

/** Answers with its process id; `/leave` ends in good order, `/crash` does not. */
const PROGRAM = `
  const server = require('node:http').createServer((request, response) => {
    if (request.url === '/leave') process.exit(0);
    if (request.url === '/crash') { console.error('it hurts'); process.exit(3); }
    response.end(String(process.pid));
  });
  server.listen(Number(process.env.PORT), '127.0.0.1', () => {
    process.send({ port: server.address().port });
  });
`;

/** Dies of a heap that is too small, as a service of the demo does. */
const HUNGRY = `
  process.send({ port: 1 });
  const held = [];
  setInterval(() => held.push(Array.from({ length: 100000 }, (_, i) => ({ i }))), 1);
`;

const started: Supervised[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ stop }) => stop()));
});

async function start(program: string, flags: readonly string[] = []): Promise<Supervised> {
  const args = [...flags, '-e', program];
  const supervised = await supervise({ args, cwd: process.cwd(), env: process.env });
  started.push(supervised);
  return supervised;
}

async function pidAt(url: string): Promise<number> {
  return Number(await (await fetch(url)).text());
}

/** The process that answers there once it is another than before. */
async function nextPid(url: string, before: number): Promise<number> {
  return vi.waitFor(
    async () => {
      const pid = await pidAt(url);
      expect(pid).not.toBe(before);
      return pid;
    },
    { timeout: 30_000 },
  );
}

describe('supervise', () => {
  it('starts a process again on the same port, whether it left or crashed', async () => {
    const { url, exits } = await start(PROGRAM);
    const first = await pidAt(url);
    await fetch(`${url}/leave`).catch(() => undefined);
    const second = await nextPid(url, first);
    await fetch(`${url}/crash`).catch(() => undefined);
    await nextPid(url, second);
    expect(exits).toMatchObject([
      { orderly: true, why: 'ended in good order' },
      { orderly: false, why: 'died with code 3: it hurts' },
    ]);
    expect(exits[1]?.at).toBeGreaterThanOrEqual(exits[0]?.at ?? Number.POSITIVE_INFINITY);
  });

  it('says so when a process died of its heap', async () => {
    const { exits } = await start(HUNGRY, ['--max-old-space-size=20']);
    await vi.waitFor(() => expect(exits.length).toBeGreaterThan(0), { timeout: 60_000 });
    expect(exits[0]).toMatchObject({
      orderly: false,
      why: 'died: JavaScript heap out of memory',
    });
  });

  it('puts another program in the place of one, on the same port, also of one that does not listen', async () => {
    const { url, exits, replace } = await start(`process.on('SIGTERM', () => 0);${PROGRAM}`);
    const first = await pidAt(url);
    const other = PROGRAM.replace('String(process.pid)', '"the other"');
    await replace({ args: ['-e', other], cwd: process.cwd(), env: process.env });
    expect(await (await fetch(url)).text()).toBe('the other');
    expect(() => process.kill(first, 0)).toThrow();
    expect(exits).toHaveLength(1);
    await fetch(`${url}/crash`).catch(() => undefined);
    await vi.waitFor(async () => expect(await (await fetch(url)).text()).toBe('the other'), {
      timeout: 30_000,
    });
  });

  it('leaves no process behind when it is stopped, however often', async () => {
    const { url, exits, stop } = await start(PROGRAM);
    const pid = await pidAt(url);
    await Promise.all([stop(), stop()]);
    await stop();
    expect(() => process.kill(pid, 0)).toThrow();
    await expect(fetch(url)).rejects.toThrow();
    expect(exits).toEqual([]);
  });

  it('gives up on a process that ends before it was ready, with its last words', async () => {
    const args = ['-e', 'console.error("no database"); process.exit(1)'];
    await expect(supervise({ args, cwd: process.cwd(), env: process.env })).rejects.toThrow(
      'a service did not start: died with code 1: no database',
    );
  });
});
