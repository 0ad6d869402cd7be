import { platformAnswer } from './platform-answer.js';

/** A module of `api/`: named exports of HTTP methods. */
export type FunctionModule = Readonly<Record<string, unknown>>;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

type Handler = (request: Request) => unknown;

const isHandler = (exported: unknown): exported is Handler => typeof exported === 'function';

/** The export that serves a method; a HEAD without one of its own is served as a GET. */
function handlerOf(module: FunctionModule, method: string): Handler | null {
  if (!METHODS.some((known) => known === method)) return null;
  const exported = module[method] ?? (method === 'HEAD' ? module['GET'] : undefined);
  return isHandler(exported) ? exported : null;
}

/**
 * Call a function as the platform does: 405 for a method it does not export, 504 when it takes longer
 * than it may, 500 without any detail when it throws or answers no Response.
 *
 * @param maxDurationS - how long it may take to answer
 */
export async function callFunction(
  module: FunctionModule,
  request: Request,
  maxDurationS: number,
): Promise<Response> {
  const handler = handlerOf(module, request.method);
  if (handler === null) {
    const allow = METHODS.filter((method) => handlerOf(module, method) !== null).join(', ');
    return platformAnswer('METHOD_NOT_ALLOWED', { allow });
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Response>((resolve) => {
    const timeout = () => resolve(platformAnswer('FUNCTION_INVOCATION_TIMEOUT'));
    timer = setTimeout(timeout, maxDurationS * 1000);
  });
  try {
    return await Promise.race([invoke(handler, request), late]);
  } catch (error) {
    console.error('a function failed:', error);
    return platformAnswer('FUNCTION_INVOCATION_FAILED');
  } finally {
    clearTimeout(timer);
  }
}

async function invoke(handler: Handler, request: Request): Promise<Response> {
  const answer = await handler(request);
  if (answer instanceof Response) return answer;
  throw new TypeError('it answered something other than a Response');
}
