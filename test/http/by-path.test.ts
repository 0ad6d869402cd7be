import { describe, expect, it } from 'vitest';
import { byPath } from '../../lib/http/by-path.js';
import { keyEndpoint } from '../../lib/http/key-endpoint.js';
import { isWrapped } from '../../lib/http/wrapped.js';
import { requestTo, testInstallation } from '../support/http-deps.js';

const { deps, key } = testInstallation();
const getDeps = () => deps;
const named = (name: string) =>
  keyEndpoint(getDeps, { scope: 'admin', routed: ['path'] }, () => name);

const all = byPath(getDeps, '/api/incidents', {
  '': named('list'),
  latest: named('latest'),
  ':id': named('one'),
  ':id/approve': named('approve'),
});

const authorization = `Bearer ${key(['admin'])}`;
const ask = async (path: string, headers: Record<string, string> = { authorization }) => {
  const response = await all(requestTo(path, { method: 'GET', headers }));
  return response.status === 200 ? response.json() : response.status;
};

describe('byPath', () => {
  it.each([
    ['/api/incidents', 'list'],
    ['/api/incidents/', 'list'],
    ['/api/incidents/latest', 'latest'],
    ['/api/incidents/1', 'one'],
    ['/api/incidents/1/approve', 'approve'],
    ['/api/incidents/latest/approve', 'approve'],
  ])('%s goes to %s', async (path, name) => {
    expect(await ask(path)).toBe(name);
  });

  it.each([
    '/api/incidents/1/reject',
    '/api/incidents/1/approve/2',
    '/api/incidents/1/',
    '/api/incidentsx',
    '/api/incidents-of/1',
    '/elsewhere',
    '/',
  ])('%s is nowhere', async (path) => {
    expect(await ask(path)).toBe(404);
  });

  it('goes by the path alone, whatever the query says', async () => {
    expect(await ask('/api/incidents/1?path=1/approve')).toBe('one');
    expect(await ask('/api/incidents?path=latest')).toBe('list');
  });

  it('leaves it to the endpoint who may call', async () => {
    expect(await ask('/api/incidents/1', {})).toBe(401);
    expect(await ask('/api/incidents/1', { authorization: 'Bearer fst_forged.x' })).toBe(401);
  });

  it('counts as wrapped', () => {
    expect(isWrapped(all)).toBe(true);
  });
});
