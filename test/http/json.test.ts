import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.js';
import { parseJson } from '../../lib/http/json.js';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

function refusalOf(text: string): AppError {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('parseJson', () => {
  it('refuses more values than any batch has, before it makes them', () => {
    const ones = (count: number) => `[${'1,'.repeat(count - 1)}1]`;
    expect(parseJson(ones(500_000))).toHaveLength(500_000);
    expect(refusalOf(ones(500_001))).toMatchObject({
      code: 'too_large',
      message: 'the body holds more than 500000 values; send it in parts',
      details: { limit_values: 500_000 },
    });
  });

  it.each([
    ['lists', '[],'],
    ['lists of lists', `${nested(30)},`],
    ['objects', '{"a":{"b":{"c":{}}}},'],
    ['objects in lists', '[[[{}]]],'],
  ])('counts %s, too, which cost more than what is in them', (_, item) => {
    expect(refusalOf(`[${item.repeat(260_000)}0]`)).toMatchObject({ code: 'too_large' });
  });

  it('takes the largest batch: 5,000 samples of 64 metrics', () => {
    const values = Object.fromEntries(Array.from({ length: 64 }, (_, n) => [`metric_${n}`, n]));
    const sample = { component: 'shop', instance: 'one', at: '2026-01-15T10:02:30Z', values };
    const text = JSON.stringify({ component: 'shop', samples: Array(5000).fill(sample) });
    expect(parseJson(text)).toMatchObject({ samples: { length: 5000 } });
  });

  it('parses what is JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' }), (value) => {
        const text = JSON.stringify(value);
        // What may not be stored is refused, which has its own tests.
        fc.pre(!/__proto__|\\u0000|\\ud[89a-f]/.test(text));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['', 'the body is not JSON: it ends too early at line 1, column 1'],
    ['{"a":1', 'the body is not JSON: it ends too early at line 1, column 7'],
    ['{"a":\n  oops}', 'the body is not JSON at line 2, column 3'],
    ['{"a":1}{"a":2}', 'the body is not JSON at line 1, column 8'],
  ])('says where %j is wrong', (text, message) => {
    expect(refusalOf(text)).toMatchObject({ code: 'invalid', message });
  });

  it('gives the place for machines, and repeats nothing of the body', () => {
    const error = refusalOf('{"password": hunter2}');
    expect(error.details).toEqual({ offset: 13, line: 1, column: 14 });
    expect(error.message).not.toContain('hunter2');
  });

  it('takes 32 levels and refuses 33', () => {
    expect(parseJson(nested(32))).toBeInstanceOf(Array);
    expect(refusalOf(nested(33))).toMatchObject({
      code: 'invalid',
      message: 'the body is nested more than 32 deep at line 1, column 33',
    });
  });

  it.each([
    ['brackets', '['.repeat(5_000_000)],
    ['objects', '{"a":'.repeat(1_000_000)],
    ['closed brackets', nested(2_000_000)],
  ])('refuses millions of %s without parsing them', (_, text) => {
    expect(refusalOf(text).message).toContain('nested more than 32 deep');
  });

  it.each([
    ['plainly', '{"__proto__":{"admin":true}}'],
    ['deep inside', '[{"a":[{"__proto__":1}]}]'],
    ['escaped', '{"\\u005f_proto__":1}'],
    ['escaped in full', '{"\\u005f\\u005fproto\\u005F\\u005f":1}'],
  ])('refuses the key __proto__, written %s', (_, text) => {
    expect(refusalOf(text)).toMatchObject({ code: 'invalid' });
    expect(refusalOf(text).message).toContain('__proto__');
  });

  it('takes __proto__ as a value, and names that only look like it', () => {
    expect(parseJson('{"a":"__proto__","proto":1,"x__proto__":2}')).toEqual({
      a: '__proto__',
      proto: 1,
      x__proto__: 2,
    });
  });

  it.each([
    ['U+0000 in a value', '{"a":"x\\u0000y"}'],
    ['U+0000 in a key', '{"x\\u0000y":1}'],
    ['half of a pair', '["\\ud800"]'],
    ['the other half', '["\\udc00\\ud800"]'],
  ])('refuses %s, which no database stores', (_, text) => {
    expect(refusalOf(text)).toMatchObject({ code: 'invalid' });
  });

  it('takes other escapes, and whole pairs', () => {
    expect(parseJson('["\\ud83d\\ude00\\u00e4\\n"]')).toEqual(['😀ä\n']);
  });
});
