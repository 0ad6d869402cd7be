import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathId, pathParts } from '../../lib/http/path-id.js';

const at = (path: string) => new URL(`https://x.example${path}`);
const failing = (code: string) => expect.objectContaining({ code });

describe('pathParts', () => {
  it.each([
    ['/api/incidents', []],
    ['/api/incidents?id=forged', []],
    ['/api/incidents/1', ['1']],
    ['/api/incidents/1/approve?id=2', ['1', 'approve']],
    ['/api/incidents/a%20b', ['a b']],
    ['/api/incidents/%C3%A9', ['é']],
    ['/api/incidents/__proto__', ['__proto__']],
  ])('reads %s', (path, parts) => {
    expect(pathParts(at(path), '/api/incidents')).toEqual(parts);
  });

  it.each([
    '/api/incidents/',
    '/api/incidents//1',
    '/api/incidents/1/',
    '/api/incident',
    '/api/incidentsx',
    '/other/api/incidents/1',
    '/api/incidents/../components/1',
  ])('finds nothing at %s', (path) => {
    expect(() => pathParts(at(path), '/api/incidents')).toThrow(failing('not_found'));
  });

  it.each([
    '/api/incidents/%',
    '/api/incidents/%zz',
    '/api/incidents/%C3',
    '/api/incidents/a%2Fb',
    '/api/incidents/a%5Cb',
    '/api/incidents/a%00b',
    '/api/incidents/a%0Ab',
    '/api/incidents/%7F',
    `/api/incidents/${'a'.repeat(257)}`,
  ])('refuses %s', (path) => {
    expect(() => pathParts(at(path), '/api/incidents')).toThrow(failing('invalid'));
  });

  it('takes 256 characters', () => {
    expect(pathParts(at(`/p/${'a'.repeat(256)}`), '/p')[0]).toHaveLength(256);
  });

  it('reads back every name that was encoded into the path', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9._:-]{1,128}$/), (name) => {
        fc.pre(name !== '.' && name !== '..');
        expect(pathId(at(`/p/${encodeURIComponent(name)}`), '/p')).toBe(name);
      }),
    );
  });
});

describe('pathId', () => {
  it('is null without an id', () => {
    expect(pathId(at('/p'), '/p')).toBeNull();
  });

  it('refuses more than one part', () => {
    expect(() => pathId(at('/p/1/2'), '/p')).toThrow(failing('not_found'));
  });
});
