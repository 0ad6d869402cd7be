import type * as z from 'zod';
import { AppError } from '../errors.js';
import { DEFAULT_LIMITS } from './body.js';
import type { BodyReader } from './body-reader.js';
import { parseJson } from './json.js';
import { parseInput } from './parse.js';

/** Read JSON of one shape out of a form that has one field, as Slack sends it. */
export function formJsonBody<T>(field: string, schema: z.ZodType<T>): BodyReader<T> {
  return {
    limits: DEFAULT_LIMITS,
    read(text, contentType) {
      const [type = ''] = (contentType ?? '').toLowerCase().split(';');
      if (type.trim() !== 'application/x-www-form-urlencoded') {
        throw new AppError(
          'unsupported_media_type',
          'content-type must be application/x-www-form-urlencoded',
        );
      }
      const values = new URLSearchParams(text).getAll(field);
      const [value] = values;
      if (value === undefined || values.length > 1) {
        throw new AppError('invalid', `the form must have the field ${field} once`);
      }
      return parseInput(schema, parseJson(value), field);
    },
  };
}
