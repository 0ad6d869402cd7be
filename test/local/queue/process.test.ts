import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import {
  BASE,
  clientOf,
  gate,
  silenceClient,
  testDestination,
  testFolder,
  verify,
} from './support.js';

const PROCESS = fileURLToPath(new URL('../../../lib/local/queue/process.ts', import.meta.url));
const Ready = z.object({ url: z.string() });

/** Run the queue as a process of its own, and wait until it says that it is ready. */
async function startProcess(environment: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', 'tsx', PROCESS], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      QSTASH_TOKEN: BASE.token,
      QSTASH_CURRENT_SIGNING_KEY: BASE.currentSigningKey,
      QSTASH_NEXT_SIGNING_KEY: BASE.nextSigningKey,
      ...environment,
    },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  for await (const line of createInterface({ input: child.stdout })) {
    const { url } = Ready.parse(JSON.parse(line));
    return { child, client: clientOf({ url, token: BASE.token }) };
  }
  throw new Error('the process ended before it was ready');
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
  const ended = once(child, 'exit');
  child.kill(signal);
  return (await ended)[1] ?? (await ended)[0];
}

describe('the queue as a process', () => {
  it('loses nothing that it accepted when it is killed', { timeout: 60_000 }, async () => {
    silenceClient();
    const { opened, open } = gate();
    // Until the kill no answer is given, so that everything is under way or waiting.
    const destination = await testDestination(async () => {
      await opened;
      return { status: 200 };
    });
    const environment = { QUEUE_FOLDER: await testFolder(), QUEUE_TIME_SCALE: '0.001' };
    const first = await startProcess(environment);
    const accepted: string[] = [];
    const publisher = async (number: number) => {
      // Until the connection breaks; what was not acknowledged need not arrive.
      for (let count = 0; ; count++) {
        const body = { number, count };
        const answer = await first.client.publishJSON({ url: destination.url, body });
        accepted.push(answer.messageId);
        if (accepted.length === 60) {
          first.child.kill('SIGKILL');
        }
      }
    };
    const ended = once(first.child, 'exit');
    const stopped = await Promise.allSettled([0, 1, 2, 3].map(publisher));
    expect(stopped.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    expect((await ended)[1]).toBe('SIGKILL');
    expect(accepted.length).toBeGreaterThanOrEqual(60);
    open();
    const before = destination.received.length;
    await startProcess(environment);
    const missing = new Set(accepted);
    for (let seen = before; missing.size > 0; seen++) {
      const received = (await destination.arrived(seen + 1))[seen];
      missing.delete(String(received?.headers['upstash-message-id']));
      expect(received && (await verify(received, destination.url))).toBe(true);
    }
    expect(missing.size).toBe(0);
  });

  it('keeps schedules, dead letters and deduplication over a kill', {
    timeout: 60_000,
  }, async () => {
    const destination = await testDestination(({ path }) => ({
      status: path === '/dead' ? 500 : 200,
    }));
    const environment = { QUEUE_FOLDER: await testFolder(), QUEUE_TIME_SCALE: '0.001' };
    const first = await startProcess(environment);
    await first.client.schedules.create({
      scheduleId: 'sweep',
      destination: `${destination.url}/sweep`,
      cron: '* * * * * *',
    });
    const listener = await testDestination();
    await first.client.publish({
      url: `${destination.url}/dead`,
      retries: 0,
      failureCallback: listener.url,
    });
    const [failure] = await listener.arrived(1);
    const { dlqId } = JSON.parse(String(failure?.body));
    const once = { url: `${destination.url}/once`, deduplicationId: 'only once' };
    const { messageId } = await first.client.publish(once);
    await kill(first.child, 'SIGKILL');
    const swept = destination.received.length;
    const second = await startProcess(environment);
    expect(await second.client.publish(once)).toEqual({ messageId, deduplicated: true });
    const { messages } = await second.client.dlq.listMessages();
    expect(messages).toMatchObject([{ dlqId, url: `${destination.url}/dead` }]);
    // What was under way at the kill may come again before it.
    let count = swept;
    do {
      count += 1;
      await destination.arrived(count);
    } while (destination.received[count - 1]?.path !== '/sweep');
    expect(await second.client.schedules.list()).toMatchObject([{ scheduleId: 'sweep' }]);
  });

  it('stops by itself when it is asked to', { timeout: 30_000 }, async () => {
    const folder = await testFolder();
    const first = await startProcess({ QUEUE_FOLDER: folder });
    await first.client.publish({ url: 'http://127.0.0.1:9/', delay: 3600 });
    expect(await kill(first.child, 'SIGTERM')).toBe(0);
    const second = await startProcess({ QUEUE_FOLDER: folder });
    expect(await second.client.messages.cancel({ all: true })).toEqual({ cancelled: 1 });
  });

  it('ends with an error when it cannot start', { timeout: 30_000 }, async () => {
    const bad = spawn(process.execPath, ['--import', 'tsx', PROCESS], {
      stdio: 'ignore',
      env: { PATH: process.env['PATH'], QSTASH_TOKEN: 'x' },
    });
    expect((await once(bad, 'exit'))[0]).toBe(1);
  });
});
