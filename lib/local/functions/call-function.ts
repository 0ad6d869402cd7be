/** A module of `api/`: named exports of HTTP methods. */
export type FunctionModule = Readonly<Record<string, unknown>>;

type Handler = (request: Request) => Response | Promise<Response>;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

function handlerOf(module: FunctionModule, method: string): Handler | null {
  const exported = module[method] ?? (method === 'HEAD' ? module['GET'] : undefined);
  return typeof exported === 'function' ? (exported as Handler) : null;
}

const failed = (status: number, code: string): Response =>
  new Response(`${code}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-vercel-error': code },
  });

/**
 * Call a function as the platform does: 405 for a method it does not export, 504 when it takes longer
 * than it may, 500 without any detail when it throws.
 *
 * @param maxDurationS - how long it may run
 */
export async function callFunction(
  module: FunctionModule,
  request: Request,
  maxDurationS: number,
): Promise<Response> {
  const handler = handlerOf(module, request.method);
  if (handler === null) {
    const allow = METHODS.filter((method) => handlerOf(module, method) !== null).join(', ');
    return new Response(null, { status: 405, headers: { allow } });
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Response>((resolve) => {
    timer = setTimeout(
      () => resolve(failed(504, 'FUNCTION_INVOCATION_TIMEOUT')),
      maxDurationS * 1000,
    );
  });
  try {
    return await Promise.race([Promise.resolve(handler(request)), late]);
  } catch (error) {
    console.error('a function threw:', error);
    return failed(500, 'FUNCTION_INVOCATION_FAILED');
  } finally {
    clearTimeout(timer);
  }
}
