import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { buildPage } from '../../lib/local/build.js';
import { listen } from '../../lib/local/queue/http-server.js';

/** The one key that {@link startPageServer} accepts. */
export const PAGE_KEY = 'fs_test_key';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css',
  js: 'text/javascript',
};

const Rows = z.array(z.record(z.string(), z.unknown()));
const Recorded = z.object({
  health: z.record(z.string(), z.unknown()),
  components: Rows,
  incidents: Rows,
  common_causes: Rows,
  details: z.record(z.string(), z.record(z.string(), z.unknown())),
});
const RecordedLists = z.object({ maintenance_windows: Rows, freezes: Rows, rules: Rows });

/** What the API has answered once, and answers again. */
export type RecordedAnswers = z.infer<typeof Recorded> & z.infer<typeof RecordedLists>;

/** Serves the built page under the policy that is deployed, and recorded answers of the API. */
export interface PageServer {
  readonly origin: string;
  /** A test may change them; `reset` puts them back. */
  answers: RecordedAnswers;
  /** What calls of paths that begin so are answered instead: a status. */
  readonly instead: Map<string, number>;
  /** Milliseconds that an answer takes. */
  delayMs: number;
  /** Paths asked for, with their queries. */
  asked: string[];
  reset(): void;
  close(): Promise<void>;
}

async function policy(): Promise<string> {
  const file = await readFile(join(PROJECT, 'vercel.json'), 'utf8');
  const Header = z.object({ key: z.string(), value: z.string() });
  const Headers = z.object({ headers: z.array(z.object({ headers: z.array(Header) })) });
  const all = Headers.parse(JSON.parse(file)).headers.flatMap(({ headers }) => headers);
  const found = all.find(({ key }) => key === 'content-security-policy');
  if (found === undefined) throw new Error('vercel.json sets no content-security-policy');
  return found.value;
}

async function recorded(): Promise<RecordedAnswers> {
  const [answers, lists] = await Promise.all(
    ['answers', 'admin'].map(async (name): Promise<unknown> => {
      const path = join(PROJECT, `test/fixtures/dashboard/${name}.json`);
      return JSON.parse(await readFile(path, 'utf8'));
    }),
  );
  return { ...Recorded.parse(answers), ...RecordedLists.parse(lists) };
}

function answerOf(answers: RecordedAnswers, { pathname, searchParams }: URL): unknown {
  if (pathname === '/api/health') return answers.health;
  if (pathname === '/api/incidents') {
    const { incidents, common_causes } = answers;
    return { incidents, common_causes, next_cursor: null };
  }
  if (pathname.startsWith('/api/incidents/')) return answers.details[pathname.slice(15)];
  if (pathname === '/api/admin/maintenance-windows') {
    return { maintenance_windows: answers.maintenance_windows };
  }
  if (pathname === '/api/admin/freezes') return { freezes: answers.freezes };
  if (pathname === '/api/admin/rules') return { rules: answers.rules };
  // Two pages, so that the cursor is followed.
  const [first, rest] = [answers.components.slice(0, 2), answers.components.slice(2)];
  return searchParams.get('cursor') === null
    ? { components: first, next_cursor: 'new-arrival' }
    : { components: rest, next_cursor: null };
}

async function answerApi(
  { answers, instead, delayMs }: PageServer,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  const other = [...instead].find(([path]) => url.pathname.startsWith(path))?.[1] ?? 200;
  const status = request.headers.authorization === `Bearer ${PAGE_KEY}` ? other : 401;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(status === 200 ? answerOf(answers, url) : { status }));
}

async function answerFile(response: ServerResponse, path: string, csp: string): Promise<void> {
  const type = TYPES[path.split('.').at(-1) ?? ''];
  if (type === undefined || !existsSync(path)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': type, 'content-security-policy': csp });
  response.end(await readFile(path));
}

/** Build the page in a folder of its own, and serve it. */
export async function startPageServer(): Promise<PageServer> {
  const [csp, answers] = await Promise.all([policy(), recorded()]);
  const root = await mkdtemp(join(tmpdir(), 'forestall-page-'));
  await cp(join(PROJECT, 'lib/dashboard'), join(root, 'lib/dashboard'), { recursive: true });
  await buildPage(root);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://page.test');
    if (url.pathname.startsWith('/api/')) {
      page.asked.push(url.pathname + url.search);
      void answerApi(page, request, response, url);
      return;
    }
    const name = url.pathname === '/' ? 'index.html' : url.pathname.slice(1);
    void answerFile(response, join(root, 'public', name), csp);
  });
  const page: PageServer = {
    origin: await listen(server, { host: '127.0.0.1', port: 0 }),
    answers: structuredClone(answers),
    instead: new Map(),
    delayMs: 0,
    asked: [],
    reset: () => {
      page.answers = structuredClone(answers);
      page.instead.clear();
      page.delayMs = 0;
      page.asked = [];
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(root, { recursive: true, force: true });
    },
  };
  return page;
}
