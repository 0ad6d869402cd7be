import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { AppError } from '../../lib/errors.js';
import { parseInput } from '../../lib/http/parse.js';

const Body = z.strictObject({ samples: z.array(z.strictObject({ at: z.number() })) });

function refusalOf(value: unknown): AppError {
  try {
    parseInput(Body, value, 'body');
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('nothing was refused');
}

describe('parseInput', () => {
  it('answers what the schema makes of the value', () => {
    expect(parseInput(z.object({ a: z.coerce.number() }), { a: '1', b: 2 }, 'query')).toEqual({
      a: 1,
    });
  });

  it('names every place that is wrong', () => {
    const error = refusalOf({ samples: [{ at: 1 }, { at: 'x', b: 1 }], more: 1 });
    expect(error.code).toBe('invalid');
    expect(error.details).toEqual({
      issues: [
        { path: 'samples[1].at', message: expect.stringContaining('number') },
        { path: 'samples[1]', message: expect.stringContaining('"b"') },
        { path: '', message: expect.stringContaining('"more"') },
      ],
    });
    expect(error.message).toMatch(/^the body is not as expected: samples\[1\]\.at: /);
  });

  it('does not repeat a value', () => {
    const error = refusalOf({ samples: [{ at: 'hunter2' }] });
    expect(JSON.stringify([error.message, error.details])).not.toContain('hunter2');
  });

  it('names at most 20, each of bounded length', () => {
    const many = { samples: Array.from({ length: 5000 }, () => ({ at: 'x' })) };
    expect(refusalOf(many).details?.['issues']).toHaveLength(20);
    const long = refusalOf({ samples: [], ['k'.repeat(5000)]: 1 }).details?.['issues'];
    expect(long).toEqual([{ path: '', message: expect.stringMatching(/^.{200}$/) }]);
  });

  it.each([null, undefined, 1, 'text', [], true])('refuses %j as a whole', (value) => {
    expect(refusalOf(value).details).toMatchObject({ issues: [{ path: '' }] });
  });
});
