import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { buildPage } from '../../lib/local/build.js';
import { listen } from '../../lib/local/queue/http-server.js';
import { CHROMIUM, openTab, type Tab } from '../support/chromium.js';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const KEY = 'fs_test_key';
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'";
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css',
  js: 'text/javascript',
};

const Recorded = z.object({
  health: z.record(z.string(), z.unknown()),
  components: z.array(z.record(z.string(), z.unknown())),
  incidents: z.array(z.record(z.string(), z.unknown())),
  details: z.record(z.string(), z.record(z.string(), z.unknown())),
});

let recorded: z.infer<typeof Recorded>;
let root: string;
let server: Server;
let origin: string;
let tab: Tab;
/** Set by a test: what every call of the API is answered instead; null is the recorded answer. */
let instead: number | null;
let asked: string[];

function answerOf(url: URL): unknown {
  const { pathname, searchParams } = url;
  if (pathname === '/api/health') return recorded.health;
  if (pathname === '/api/incidents') return { incidents: recorded.incidents, next_cursor: null };
  if (pathname.startsWith('/api/incidents/')) return recorded.details[pathname.slice(15)];
  // Two pages, so that the cursor is followed.
  const [first, rest] = [recorded.components.slice(0, 2), recorded.components.slice(2)];
  return searchParams.get('cursor') === null
    ? { components: first, next_cursor: 'new-arrival' }
    : { components: rest, next_cursor: null };
}

function answerApi(request: IncomingMessage, response: ServerResponse, url: URL): void {
  asked.push(url.pathname + url.search);
  const status = request.headers.authorization === `Bearer ${KEY}` ? (instead ?? 200) : 401;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(status === 200 ? answerOf(url) : { status }));
}

async function answerFile(response: ServerResponse, name: string): Promise<void> {
  const type = TYPES[name.split('.').at(-1) ?? ''];
  const path = join(root, 'public', name);
  if (type === undefined || !existsSync(path)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': type, 'content-security-policy': CSP });
  response.end(await readFile(path));
}

const text = async (selector: string): Promise<string> =>
  z.string().parse(await tab.evaluate(`document.querySelector('${selector}').innerText`));

async function submit(key: string, remember: boolean): Promise<void> {
  await tab.until(`document.querySelector('#key-form').checkVisibility()`);
  await tab.evaluate(`
    document.querySelector('#key').value = ${JSON.stringify(key)};
    document.querySelector('#remember').checked = ${remember};
    document.querySelector('#key-form button').click();`);
}

const COMPONENTS_SHOWN = `document.querySelectorAll('#components tbody tr').length === 4`;

describe.skipIf(!existsSync(CHROMIUM))(`the page (needs ${CHROMIUM})`, () => {
  beforeAll(async () => {
    const path = join(PROJECT, 'test/fixtures/dashboard/answers.json');
    recorded = Recorded.parse(JSON.parse(await readFile(path, 'utf8')));
    root = await mkdtemp(join(tmpdir(), 'forestall-page-'));
    await cp(join(PROJECT, 'lib/dashboard'), join(root, 'lib/dashboard'), { recursive: true });
    await buildPage(root);
    server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://page.test');
      if (url.pathname.startsWith('/api/')) answerApi(request, response, url);
      else void answerFile(response, url.pathname === '/' ? 'index.html' : url.pathname.slice(1));
    });
    origin = await listen(server, { host: '127.0.0.1', port: 0 });
    tab = await openTab();
  });

  afterAll(async () => {
    await tab.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(root, { recursive: true, force: true });
  });

  beforeEach(async () => {
    instead = null;
    // A document of the same origin without our script: it shares the storage and sends nothing.
    await tab.goTo(`${origin}/style.css`);
    await tab.evaluate('sessionStorage.clear(); localStorage.clear()');
    asked = [];
    await tab.goTo(origin);
    await tab.until(`document.querySelector('#key-form').checkVisibility()`);
  });

  it('asks for a key before it asks the server for anything', async () => {
    expect(asked).toEqual([]);
    expect(await tab.evaluate(`document.activeElement.id`)).toBe('key');
    expect(await tab.evaluate(`document.querySelector('#board').checkVisibility()`)).toBe(false);
  });

  it('shows the installation, the incidents and all components, without breaking its policy', async () => {
    const before = tab.complaints.length;
    await submit(KEY, false);
    await tab.until(COMPONENTS_SHOWN);
    expect(await text('#status')).toBe(
      '4 components, 1 failing; 2 open incidents; 1 needs a person.',
    );
    expect(await text('#installation')).toMatch(/Last sweep\s+● 12 s ago/);
    expect(await text('#components')).toMatch(
      /payments\s*incident[\s\S]+critical · 93 % · < 1 hour/,
    );
    const incidents = await text('#incidents');
    expect(incidents).toContain('A person is needed.');
    expect(incidents).toContain('action class: the mode is approve');
    expect(incidents).toMatch(/restart\s+next/);
    expect(incidents).toContain('seen by ann');
    // What the server tells is text, whatever it looks like.
    expect(incidents).toContain('<b>v42</b>');
    expect(await tab.evaluate(`document.querySelectorAll('#incidents b').length`)).toBe(0);
    expect(tab.complaints.slice(before)).toEqual([]);
  });

  it.each([
    { remember: false, session: KEY, local: null },
    { remember: true, session: null, local: KEY },
  ])('keeps the key where it was told to: remember $remember', async ({ remember, ...kept }) => {
    await submit(KEY, remember);
    await tab.until(COMPONENTS_SHOWN);
    expect(
      await tab.evaluate(`({
        session: sessionStorage.getItem('forestall.key'),
        local: localStorage.getItem('forestall.key'),
      })`),
    ).toEqual(kept);
    expect(await tab.evaluate('location.href')).toBe(`${origin}/`);
    await tab.goTo(origin);
    await tab.until(COMPONENTS_SHOWN);
  });

  it('forgets the key, and what it showed, when told to', async () => {
    await submit(KEY, true);
    await tab.until(COMPONENTS_SHOWN);
    await tab.evaluate(`document.querySelector('#forget').click()`);
    expect(await tab.evaluate('sessionStorage.length + localStorage.length')).toBe(0);
    expect(await tab.evaluate(`document.querySelector('#key-form').checkVisibility()`)).toBe(true);
    expect(await tab.evaluate(`document.querySelectorAll('tr, article').length`)).toBe(0);
  });

  it('asks again for a key that the server does not accept', async () => {
    await submit('wrong', true);
    await tab.until(`document.querySelector('#notice').innerText.includes('not accepted')`);
    expect(await tab.evaluate('localStorage.length')).toBe(0);
    expect(await tab.evaluate(`document.querySelector('#key-form').checkVisibility()`)).toBe(true);
  });

  it('does not send what cannot be a key', async () => {
    await submit('two words', false);
    await tab.until(`document.querySelector('#notice').innerText.includes('not a key')`);
    expect(asked).toEqual([]);
  });

  it('refreshes by itself, says what is wrong, keeps the last state, and recovers', async () => {
    await submit(KEY, false);
    await tab.until(COMPONENTS_SHOWN);
    instead = 503;
    await tab.until(`document.querySelector('#notice').innerText.includes('unavailable')`);
    expect(await tab.evaluate(COMPONENTS_SHOWN)).toBe(true);
    instead = null;
    await tab.until(`!document.querySelector('#notice').checkVisibility()`);
  }, 90_000);
});
