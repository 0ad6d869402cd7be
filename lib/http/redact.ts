const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  // Postgres and JSON.parse quote what they were given, which is a part of the body.
  [/".*"/gs, '"…"'],
  [/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, '[address]'],
  [/\b(bearer|basic)\s+\S+/gi, '$1 [secret]'],
  [/\b(fst|sk|pk|rnd|ghp|xox[a-z])[_-][\w.-]+/gi, '[secret]'],
  [/[\w+/=.-]{32,}/g, '[redacted]'],
];

const MAX_LENGTH = 300;

/** Take out of a message whatever may be a secret, an address or a caller's words, and shorten it. */
export function redact(message: string): string {
  return REPLACEMENTS.reduce(
    (text, [pattern, replacement]) => text.replace(pattern, replacement),
    message.slice(0, 10 * MAX_LENGTH),
  ).slice(0, MAX_LENGTH);
}
