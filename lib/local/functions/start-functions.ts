import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { callFunction, type FunctionModule } from './call-function.js';
import { findFunctions } from './find-functions.js';
import { readRequestBody, webRequest } from './read-request.js';
import { compileRoutes, resolve, type VercelConfig } from './resolve.js';
import { staticFiles } from './static-files.js';

/** How the functions are served. */
export interface FunctionsOptions {
  /** The folder that holds `api/`, `public/` and `vercel.json`. */
  readonly root: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly host: string;
  /** Loads a function's module; a plain import by default. */
  readonly load?: (file: string) => Promise<FunctionModule>;
}

/** The functions at work. */
export interface Functions {
  readonly url: string;
  /** Their routes, e.g. `/api/webhooks/:source`. */
  readonly routes: readonly string[];
  readonly crons: readonly { readonly path: string; readonly schedule: string }[];
  /** Stop taking requests, and cut those that are open. */
  close(): Promise<void>;
}

/** What the platform lets a function run when `vercel.json` says nothing, seconds. */
const DEFAULT_DURATION_S = 300;

/**
 * Serve `api/` as the platform does: routes from the file tree, rewrites and headers of `vercel.json`,
 * static files, the body limit, and the time limit.
 *
 * @throws {Error} when the port is taken, or `vercel.json` is wrong
 */
export async function startFunctions(options: FunctionsOptions): Promise<Functions> {
  const { root, load = (file) => import(pathToFileURL(file).href) } = options;
  const config: VercelConfig = JSON.parse(await readFile(path.join(root, 'vercel.json'), 'utf8'));
  const routes = compileRoutes(config);
  const functions = await findFunctions(root);
  const files = staticFiles(root);
  const answer = async (message: IncomingMessage, url: URL): Promise<Response> => {
    const { target, headers } = await resolve(url.pathname, routes, functions, files.has);
    if (target.kind === 'none') {
      return withHeaders(new Response('NOT_FOUND\n', { status: 404 }), headers);
    }
    if (target.kind === 'file') return withHeaders(await files.answer(target.pathname), headers);
    const body = await readRequestBody(message);
    if (body === 'too_large') return tooLarge();
    for (const [name, value] of target.query) url.searchParams.append(name, value);
    const { entrypoint } = target.found;
    const module = await load(path.join(root, entrypoint));
    const request = webRequest(message, url, body);
    return withHeaders(
      await callFunction(module, request, durationOf(config, entrypoint)),
      headers,
    );
  };
  const server = createServer((message, response) => {
    const url = new URL(message.url ?? '/', `http://${message.headers.host ?? 'localhost'}`);
    answer(message, url)
      .catch((error: unknown) => {
        console.error('the function server failed:', error);
        return new Response('FUNCTION_INVOCATION_FAILED\n', { status: 500 });
      })
      .then((answered) => send(response, answered, message.method === 'HEAD'))
      .catch(() => response.destroy());
  });
  await new Promise<void>((listening, refused) => {
    server.once('error', refused);
    server.listen(options.port, options.host, listening);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host}:${port}`,
    routes: functions.map(({ route }) => route),
    crons: config.crons ?? [],
    async close() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

function tooLarge(): Response {
  return new Response('FUNCTION_PAYLOAD_TOO_LARGE\n', {
    status: 413,
    headers: { 'x-vercel-error': 'FUNCTION_PAYLOAD_TOO_LARGE', connection: 'close' },
  });
}

/** What `vercel.json` says of the file itself, else of all files. */
function durationOf({ functions = {} }: VercelConfig, entrypoint: string): number {
  const stated = functions[entrypoint] ?? functions['api/**/*.ts'];
  return stated?.maxDuration ?? DEFAULT_DURATION_S;
}

function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  const answered = new Response(response.body, response);
  for (const [name, value] of Object.entries(headers)) {
    if (!answered.headers.has(name)) answered.headers.set(name, value);
  }
  return answered;
}

async function send(response: ServerResponse, answer: Response, headOnly: boolean): Promise<void> {
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.appendHeader(name, value);
  if (headOnly || answer.body === null) {
    response.end();
    return;
  }
  response.end(Buffer.from(await answer.arrayBuffer()));
}
