import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { formJsonBody } from '../../lib/http/form-body.js';

const { read } = formJsonBody('payload', z.object({ a: z.number() }));
const FORM = 'application/x-www-form-urlencoded';

describe('formJsonBody', () => {
  it('reads JSON out of its field', () => {
    expect(read('payload=%7B%22a%22%3A+1%7D&more=x', `${FORM}; charset=utf-8`)).toEqual({ a: 1 });
  });

  it.each([
    ['another type', 'payload={}', 'application/json', 'unsupported_media_type'],
    ['no type', 'payload={}', null, 'unsupported_media_type'],
    ['no field', 'other={}', FORM, 'invalid'],
    ['two fields', 'payload={"a":1}&payload={"a":1}', FORM, 'invalid'],
    ['no JSON', 'payload=no', FORM, 'invalid'],
    ['another shape', 'payload={"a":"1"}', FORM, 'invalid'],
    ['what pollutes prototypes', 'payload={"a":1,"__proto__":{}}', FORM, 'invalid'],
    ['an empty body', '', FORM, 'invalid'],
  ])('refuses %s', (_, text, type, code) => {
    expect(() => read(text, type)).toThrow(expect.objectContaining({ code }));
  });
});
