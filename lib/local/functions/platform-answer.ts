/** What the platform says itself, where no function has spoken; the codes are Vercel's own. */
export type PlatformCode =
  | 'NOT_FOUND'
  | 'INVALID_REQUEST'
  | 'METHOD_NOT_ALLOWED'
  | 'FUNCTION_PAYLOAD_TOO_LARGE'
  | 'FUNCTION_INVOCATION_FAILED'
  | 'FUNCTION_INVOCATION_TIMEOUT';

const STATUS: Record<PlatformCode, number> = {
  NOT_FOUND: 404,
  INVALID_REQUEST: 400,
  METHOD_NOT_ALLOWED: 405,
  FUNCTION_PAYLOAD_TOO_LARGE: 413,
  FUNCTION_INVOCATION_FAILED: 500,
  FUNCTION_INVOCATION_TIMEOUT: 504,
};

/** An answer of the platform: its code as text and in `x-vercel-error`, and nothing more. */
export function platformAnswer(code: PlatformCode, headers: Record<string, string> = {}): Response {
  return new Response(`${code}\n`, {
    status: STATUS[code],
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-vercel-error': code, ...headers },
  });
}
