import type * as z from 'zod';
import { AppError } from '../errors.js';
import { BATCH_LIMITS, type BodyLimits, DEFAULT_LIMITS } from './body.js';
import { parseJson } from './json.js';
import { parseInput } from './parse.js';

/** The kinds of content that Forestall reads. */
type Format = 'json' | 'ndjson';

/** How an endpoint reads its body. */
export interface BodyReader<T> {
  readonly limits: BodyLimits;
  /** @throws {AppError} `invalid`, `unsupported_media_type` */
  readonly read: (text: string, contentType: string | null) => T;
}

const NDJSON = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];

function formatOf(contentType: string | null): Format | null {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) return null;
  const name = type.trim();
  if (NDJSON.includes(name)) return 'ndjson';
  return /^application\/([a-z0-9.-]+\+)?json$/.test(name) ? 'json' : null;
}

function format(text: string, contentType: string | null, allowed: readonly Format[]): Format {
  if (text.trim() === '') throw new AppError('invalid', 'the body is empty');
  const found = formatOf(contentType);
  if (found !== null && allowed.includes(found)) return found;
  const types = allowed.map((one) =>
    one === 'json' ? 'application/json' : 'application/x-ndjson',
  );
  throw new AppError(
    'unsupported_media_type',
    `content-type must be ${types.join(' or ')}, in UTF-8`,
    { details: { accepts: types } },
  );
}

/** A byte order mark is no part of the text, but it is part of what was signed. */
const withoutMark = (text: string): string => (text.startsWith('\ufeff') ? text.slice(1) : text);

/**
 * Read JSON of one shape.
 *
 * @param options.optional - whether an empty body stands for `{}`
 */
export function jsonBody<T>(
  schema: z.ZodType<T>,
  options: { readonly optional?: boolean; readonly limits?: BodyLimits } = {},
): BodyReader<T> {
  return {
    limits: options.limits ?? DEFAULT_LIMITS,
    read(text, contentType) {
      if (options.optional && text.trim() === '') return parseInput(schema, {}, 'body');
      format(text, contentType, ['json']);
      return parseInput(schema, parseJson(withoutMark(text)), 'body');
    },
  };
}

/** A batch as it was sent: JSON of any shape, or lines that are still to be parsed one by one. */
export type BatchBody =
  | { readonly format: 'json'; readonly value: unknown }
  | { readonly format: 'ndjson'; readonly text: string };

/** Read a batch of samples: whose intake names and refuses them one by one. */
export const batchBody: BodyReader<BatchBody> = {
  limits: BATCH_LIMITS,
  read(text, contentType) {
    const plain = withoutMark(text);
    return format(text, contentType, ['json', 'ndjson']) === 'json'
      ? { format: 'json', value: parseJson(plain) }
      : { format: 'ndjson', text: plain };
  },
};
