import { once } from 'node:events';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { answerRequest } from './answer-request.js';
import type { FunctionModule } from './call-function.js';
import { findFunctions } from './find-functions.js';
import { compileRoutes } from './resolve.js';
import { staticFiles } from './static-files.js';
import { readVercelConfig } from './vercel-config.js';
import { offerWaitUntil } from './wait-until.js';

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
  /**
   * Call a path as the platform's cron does: a GET, with `CRON_SECRET` as bearer when there is one.
   *
   * @throws {RangeError} when no cron of `vercel.json` has this path
   */
  runCron(path: string): Promise<Response>;
  /** Stop taking requests, cut those that are open, and let work that outlives its answer end. */
  close(): Promise<void>;
}

/** How long work that was handed to `waitUntil` may go on after the server was closed, in ms. */
const LAST_WORK_MS = 10_000;

/**
 * Serve `api/` as the platform does: routes from the file tree, rewrites and headers of `vercel.json`,
 * static files, the body limit, and the time limit.
 *
 * @throws {Error} when the port is taken (`code` EADDRINUSE), or `vercel.json` is wrong
 */
export async function startFunctions(options: FunctionsOptions): Promise<Functions> {
  const { root, port, host, load = importModule } = options;
  const config = await readVercelConfig(root);
  const functions = await findFunctions(root);
  const files = staticFiles(root);
  const project = { root, config, routes: compileRoutes(config), functions, files, load };
  const lastWork = offerWaitUntil();
  const server = createServer((message, response) => {
    void answerRequest(project, message, response);
  });
  // Clients keep connections; one that closes under a request looks like a function that failed.
  server.keepAliveTimeout = 120_000;
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new RangeError('no TCP address');
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
  return {
    url,
    routes: functions.map(({ route }) => route),
    crons: config.crons,
    async runCron(path) {
      if (!config.crons.some((cron) => cron.path === path)) {
        throw new RangeError(`vercel.json has no cron for ${path}`);
      }
      return fetch(url + path, { headers: cronHeaders() });
    },
    async close() {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
      await lastWork.settled(LAST_WORK_MS);
    },
  };
}

const importModule = (file: string): Promise<FunctionModule> => import(pathToFileURL(file).href);

function cronHeaders(): Record<string, string> {
  const secret = process.env['CRON_SECRET'];
  const authorization = secret ? { authorization: `Bearer ${secret}` } : {};
  return { 'user-agent': 'vercel-cron/1.0', ...authorization };
}
