/** Answer JSON with a status of one's own; a handler that returns a plain value answers 200. */
export function reply(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json(body, { status, headers });
}
