import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CommandPayload } from '../../lib/agent/command.js';
import { type PushAnswer, type SeenPush, startIngest } from './ingest-server.js';
import { commandFor, ours } from './signed.js';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const file = fileURLToPath(new URL('./service.ts', import.meta.url));

function run(task: string, url: string, flags: string[] = [], port = 0): ChildProcess {
  const options = {
    url,
    key: 'fst_key',
    component: 'shop',
    instance: 'shop-1',
    commandKey: ours.publicKey,
  };
  const child = spawn(process.execPath, [...flags, '--import', 'tsx', file], {
    env: { ...process.env, AGENT: JSON.stringify(options), SERVICE: task, PORT: `${port}` },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  closers.push(() => child.kill('SIGKILL'));
  return child;
}

/** The port on which the service says that it listens. */
async function portOf(child: ChildProcess): Promise<number> {
  for await (const chunk of child.stderr ?? []) {
    const port = /listening (\d+)/.exec(String(chunk))?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error('the service did not start');
}

async function serve(answer?: (push: SeenPush) => PushAnswer) {
  const server = await startIngest(answer);
  closers.push(server.close);
  return server;
}

/** Answer with one command as soon as a push passes a test. */
function commanding(over: Partial<CommandPayload>, test: (push: SeenPush) => boolean) {
  let isGiven = false;
  return (push: SeenPush): PushAnswer => {
    if (isGiven || !test(push)) return {};
    isGiven = true;
    const { component, instance, boot_id } = push.body;
    return { body: { commands: [ours.sign(commandFor({ component, instance, boot_id }, over))] } };
  };
}

const megabytes = ({ body }: SeenPush) =>
  Math.max(...body.samples.map((one) => Number(one['memory_bytes']))) / 2 ** 20;
const withResult = ({ body }: SeenPush) => (body.results ?? []).length > 0;

describe('an agent in a process of its own', () => {
  it('keeps it alive neither by timers nor by connections', async () => {
    const server = await serve();
    const child = run('idle', server.url);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('keeps it alive no longer while Forestall is away', async () => {
    const gone = await startIngest();
    await gone.close();
    const child = run('idle', gone.url);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('really frees memory when it is told to', async () => {
    const server = await serve(
      commanding({ action: 'clean_memory' }, (push) => megabytes(push) > 130),
    );
    run('hoarder', server.url, ['--expose-gc']);
    const { body } = await server.until(withResult);
    expect(body.results?.[0]).toMatchObject({
      ok: true,
      result: { success: true, objects_collected: 40, leak_detected: expect.any(Boolean) },
    });
    const result = body.results?.[0]?.result ?? {};
    // What the process takes anew in the meantime is not counted as freed.
    expect(result['memory_freed_mb']).toBeGreaterThan(20);
    const pushed = server.pushes.length;
    const later = await server.until((push) => server.pushes.indexOf(push) >= pushed);
    expect(megabytes(later)).toBeLessThan(Number(result['current_memory_mb']) + 20);
  });

  it('restarts it: accepts, drains, exits, and is back as another boot', async () => {
    const wanted = { ready: false };
    const server = await serve(commanding({ action: 'restart' }, () => wanted.ready));
    const first = run('server', server.url);
    const port = await portOf(first);
    const url = `http://127.0.0.1:${port}`;
    const bootId = await (await fetch(url)).text();
    // A small supervisor: whoever exits is started again, on the same port.
    const exits: number[] = [];
    let second: ChildProcess | null = null;
    first.once('exit', (code) => {
      exits.push(code ?? -1);
      second = run('server', server.url, [], port);
    });
    await vi.waitFor(() => expect(server.pushes.length).toBeGreaterThan(1), { timeout: 15_000 });
    const slow = fetch(`${url}/slow`).then((response) => response.text());
    wanted.ready = true;
    const accepted = await server.until(withResult);
    expect(accepted.body.results).toMatchObject([
      {
        ok: true,
        result: {
          success: true,
          service_id: 'shop-1',
          component: 'shop',
          status_code: 202,
          message: 'accepted: drains, then exits',
        },
      },
    ]);
    expect(exits).toEqual([]);
    expect(await slow).toBe(bootId);
    const back = await server.until(({ body }) => body.boot_id !== bootId);
    expect(exits).toEqual([0]);
    expect(back.body).toMatchObject({ component: 'shop', instance: 'shop-1' });
    expect(second).not.toBeNull();
    expect(server.pushes.flatMap(({ body }) => body.results ?? [])).toHaveLength(1);
  });
});
