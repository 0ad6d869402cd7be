import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import type { Route } from '@vercel/routing-utils';
import { callFunction, type FunctionModule } from './call-function.js';
import type { FoundFunction } from './find-functions.js';
import { platformAnswer } from './platform-answer.js';
import { readRequestBody, requestUrl, webRequest } from './read-request.js';
import { resolve, type Target } from './resolve.js';
import { sendResponse } from './send-response.js';
import type { StaticFiles } from './static-files.js';
import { settingsOf, type VercelConfig } from './vercel-config.js';

/** A project as it is served. */
export interface Project {
  readonly root: string;
  readonly config: VercelConfig;
  readonly routes: readonly Route[];
  readonly functions: readonly FoundFunction[];
  readonly files: StaticFiles;
  load(file: string): Promise<FunctionModule>;
}

/** What the platform lets a function run when `vercel.json` says nothing, in seconds. */
const DEFAULT_DURATION_S = 300;

/** Answer one request. Never throws: a caller that is gone gets nothing. */
export async function answerRequest(
  project: Project,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const url = requestUrl(message);
    if (url === null) return await sendResponse(response, platformAnswer('INVALID_REQUEST'), {});
    const { functions, files } = project;
    const site = { functions, isFile: files.has };
    const { target, headers } = await resolve(url.pathname, project.routes, site);
    const answer = await reach(project, target, { message, url, gone: gone.signal });
    await sendResponse(response, answer, headers);
  } catch (error) {
    if (!gone.signal.aborted) console.error('an answer broke off:', error);
    response.destroy();
  }
}

interface Asked {
  readonly message: IncomingMessage;
  readonly url: URL;
  readonly gone: AbortSignal;
}

async function reach(project: Project, target: Target, asked: Asked): Promise<Response> {
  const method = asked.message.method ?? 'GET';
  switch (target.kind) {
    case 'none':
      return platformAnswer('NOT_FOUND');
    case 'status':
      return new Response(null, { status: target.status });
    case 'file':
      return project.files.answer(target.pathname, method);
    case 'function':
      return runFunction(project, target, asked);
  }
}

async function runFunction(
  { root, config, load }: Project,
  { found, query }: Extract<Target, { kind: 'function' }>,
  { message, url, gone }: Asked,
): Promise<Response> {
  const body = await readRequestBody(message);
  if (body === 'too_large') return platformAnswer('FUNCTION_PAYLOAD_TOO_LARGE');
  for (const [name, value] of query) url.searchParams.append(name, value);
  const module = await load(path.join(root, found.entrypoint)).catch((error: unknown) => {
    console.error(`${found.entrypoint} cannot be loaded:`, error);
    return null;
  });
  if (module === null) return platformAnswer('FUNCTION_INVOCATION_FAILED');
  const { maxDuration = DEFAULT_DURATION_S } = settingsOf(config, found.entrypoint);
  return callFunction(module, webRequest(message, url, body, gone), maxDuration);
}
