/** Read the token of an `Authorization: Bearer …` header, or null when there is none, or several. */
export function bearerToken(headers: Headers): string | null {
  const [, token = null] = /^bearer +([^\s,]+)$/i.exec(headers.get('authorization') ?? '') ?? [];
  return token;
}
