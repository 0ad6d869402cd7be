import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { batchBody, jsonBody } from '../../lib/http/body-reader.js';

const json = jsonBody(z.strictObject({ a: z.number().optional() }));
const failing = (code: string) => expect.objectContaining({ code });

describe('jsonBody', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'Application/JSON',
    'application/vnd.api+json',
    'application/problem+json',
  ])('reads %s', (type) => {
    expect(json.read('{"a":1}', type)).toEqual({ a: 1 });
  });

  it.each([
    null,
    '',
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/json; charset=iso-8859-1',
    'application/jsonx',
    'application/x-ndjson',
  ])('refuses %j as content-type', (type) => {
    expect(() => json.read('{"a":1}', type)).toThrow(failing('unsupported_media_type'));
  });

  it.each(['', '  ', '\r\n\t', '\ufeff'])('refuses %j as empty', (text) => {
    expect(() => json.read(text, 'application/json')).toThrow('the body is empty');
  });

  it('leaves out a byte order mark', () => {
    expect(json.read('\ufeff{"a":1}', 'application/json')).toEqual({ a: 1 });
  });

  it('checks JSON and shape', () => {
    expect(() => json.read('{"a":', 'application/json')).toThrow(failing('invalid'));
    expect(() => json.read('{"a":"x"}', 'application/json')).toThrow(
      /^the body is not as expected/,
    );
  });

  it('takes an empty body for {} where that is allowed, whatever its type', () => {
    const optional = jsonBody(z.strictObject({ a: z.number().default(7) }), { optional: true });
    expect(optional.read('', null)).toEqual({ a: 7 });
    expect(optional.read(' ', 'text/plain')).toEqual({ a: 7 });
    expect(() => optional.read('{}', null)).toThrow(failing('unsupported_media_type'));
  });
});

describe('batchBody', () => {
  it('reads JSON of any shape', () => {
    expect(batchBody.read('[1,{"a":2}]', 'application/json')).toEqual({
      format: 'json',
      value: [1, { a: 2 }],
    });
  });

  it.each(['application/x-ndjson', 'application/ndjson', 'application/jsonl; charset=utf-8'])(
    'hands on the lines of %s unread, as one bad line must not refuse the others',
    (type) => {
      expect(batchBody.read('\ufeff{"a":1}\nnot json', type)).toEqual({
        format: 'ndjson',
        text: '{"a":1}\nnot json',
      });
    },
  );

  it('refuses other types, naming those it takes', () => {
    expect(() => batchBody.read('x', 'text/csv')).toThrow(
      expect.objectContaining({
        code: 'unsupported_media_type',
        details: { accepts: ['application/json', 'application/x-ndjson'] },
      }),
    );
  });
});
