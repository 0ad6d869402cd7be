import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import * as z from 'zod';

/** Where Debian and Ubuntu put the browser. */
export const CHROMIUM = '/usr/bin/chromium';

/** A tab of a real browser. */
export interface Tab {
  /** Run an expression in the page and read its value as JSON; promises are awaited. */
  evaluate(expression: string): Promise<unknown>;
  /** Run an expression until it is true, at most 40 s. @throws {Error} naming the expression */
  until(expression: string): Promise<void>;
  /** Open a page, and wait until it has loaded. */
  goTo(url: string): Promise<void>;
  resize(width: number, height: number, dark: boolean): Promise<void>;
  /** A PNG of the whole page. */
  screenshot(): Promise<Buffer>;
  /** What the page complained of: exceptions, console errors, violations of its policy. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

const Message = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.object({ message: z.string() }).optional(),
});
type Message = z.infer<typeof Message>;
type Send = (
  method: string,
  params?: object,
  sessionId?: string,
) => Promise<Record<string, unknown>>;

// Messages are JSON with a NUL after each.
function protocol(out: Writable, back: Readable, onEvent: (event: Message) => void): Send {
  const waiting = new Map<number, { resolve: (m: Message) => void; reject: (e: Error) => void }>();
  let rest = '';
  back.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const message = Message.parse(JSON.parse(part));
      if (message.id === undefined) onEvent(message);
      else waiting.get(message.id)?.resolve(message);
    }
  });
  back.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the browser is gone'));
  });
  let last = 0;
  return async (method, params = {}, sessionId) => {
    last += 1;
    const id = last;
    const answered = new Promise<Message>((resolve, reject) =>
      waiting.set(id, { resolve, reject }),
    );
    out.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await answered.finally(() => waiting.delete(id));
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  };
}

const Pipe = z.instanceof(Socket);
const Evaluated = z.object({
  result: z.object({ value: z.unknown().optional() }),
  exceptionDetails: z.unknown().optional(),
});

/**
 * Open an empty tab of a real browser, spoken to over two pipes: no port, no library.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/
 */
export async function openTab(): Promise<Tab> {
  const profile = await mkdtemp(join(tmpdir(), 'forestall-chromium-'));
  const child = spawn(
    CHROMIUM,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--remote-debugging-pipe',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const complaints: string[] = [];
  const [out, back] = [Pipe.parse(child.stdio[3]), Pipe.parse(child.stdio[4])];
  let loaded = (): void => undefined;
  const send = protocol(out, back, ({ method, params }) => {
    if (method === 'Runtime.exceptionThrown' || method === 'Log.entryAdded') {
      complaints.push(JSON.stringify(params));
    }
    if (method === 'Page.loadEventFired') loaded();
  });
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const inTab = (method: string, params?: object) =>
    send(method, params, z.string().parse(sessionId));
  await Promise.all(['Page.enable', 'Runtime.enable', 'Log.enable'].map((method) => inTab(method)));

  const evaluate = async (expression: string): Promise<unknown> => {
    const answer = Evaluated.parse(
      await inTab('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }),
    );
    if (answer.exceptionDetails !== undefined) throw new Error(`${expression} threw`);
    return answer.result.value;
  };
  return {
    evaluate,
    complaints,
    until: async (expression) => {
      const found = await evaluate(`new Promise((resolve) => {
        const end = Date.now() + 40000;
        const look = () => {
          const yes = (() => { try { return Boolean(${expression}); } catch { return false; } })();
          if (yes || Date.now() > end) resolve(yes);
          else setTimeout(look, 50);
        };
        look();
      })`);
      if (found !== true) throw new Error(`never came true: ${expression}`);
    },
    goTo: async (url) => {
      const load = new Promise<void>((resolve) => {
        loaded = resolve;
      });
      await inTab('Page.navigate', { url });
      await load;
    },
    resize: async (width, height, dark) => {
      await inTab('Emulation.setDeviceMetricsOverride', {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: width < 600,
      });
      await inTab('Emulation.setEmulatedMedia', {
        features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }],
      });
    },
    screenshot: async () => {
      const { data } = await inTab('Page.captureScreenshot', { captureBeyondViewport: true });
      return Buffer.from(z.string().parse(data), 'base64');
    },
    close: async () => {
      child.kill('SIGKILL');
      await gone;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
