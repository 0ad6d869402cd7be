import { createHash } from 'node:crypto';
import type { MessageOptions } from './message-options.js';

/** Which parts of a message may not be shown. */
export interface Redaction {
  /** The text to show for a body. */
  body(body: Buffer): Buffer;
  /** The text to show for a header. */
  header(name: string, value: string): string;
}

/**
 * Read `Upstash-Redact-Fields`: `body`, `header` (or `headers`), `header[Name]`, by comma.
 *
 * Only what is shown changes, never what is delivered.
 *
 * @see https://upstash.com/docs/qstash/howto/redact-fields
 */
export function redactionOf(options: MessageOptions): Redaction {
  const fields = (options['upstash-redact-fields'] ?? '')
    .split(',')
    .map((field) => field.trim().toLowerCase());
  const all = fields.includes('header') || fields.includes('headers');
  return {
    body: (body) => (fields.includes('body') ? Buffer.from(digest(body)) : body),
    header: (name, value) =>
      all || fields.includes(`header[${name}]`) || fields.includes(`headers[${name}]`)
        ? digest(value)
        : value,
  };
}

function digest(value: string | Buffer): string {
  return `REDACTED:${createHash('sha256').update(value).digest('hex')}`;
}
