import { describe, expect, it } from 'vitest';
import { troubleOf } from '../../../lib/local/deploy/trouble.js';

const problem = (status: number, code: string): string =>
  JSON.stringify({ type: 'urn:x', title: 'No', status, code });

const refusal = (status = 401, code = 'unauthorized', method = 'POST') => ({
  method,
  status,
  type: 'application/problem+json',
  body: problem(status, code),
});

const built = { handler: 'api/a.js', files: ['api/a.js', 'sql/1.sql'], bytes: 1000 };

describe('troubleOf', () => {
  it.each([
    { name: 'a refusal', answer: refusal() },
    { name: 'nothing at the path', answer: refusal(404, 'not_found') },
    { name: 'a database that is away', answer: refusal(503, 'unavailable') },
    { name: 'a refused HEAD', answer: { method: 'HEAD', status: 401, type: '', body: '' } },
  ])('accepts $name', ({ answer }) => {
    const report = { importMs: 1, answers: [answer] };
    expect(troubleOf('api/a.ts', built, report, ['1.sql'])).toEqual([]);
  });

  it.each([
    { name: 'an open door', answer: { ...refusal(), status: 200, body: '{}' } },
    { name: 'a mistake of ours', answer: refusal(500, 'internal') },
    { name: 'an unusable environment', answer: refusal(503, 'misconfigured') },
    { name: 'another type', answer: { ...refusal(), type: 'application/json' } },
    { name: 'no JSON', answer: { ...refusal(), body: 'Unauthorized' } },
    { name: 'another status inside', answer: { ...refusal(), body: problem(403, 'forbidden') } },
    { name: 'no code', answer: { ...refusal(), body: '{"status":401,"title":"No"}' } },
    { name: 'an open HEAD', answer: { method: 'HEAD', status: 200, type: '', body: '' } },
  ])('reports $name', ({ answer }) => {
    const report = { importMs: 1, answers: [refusal(), answer] };
    expect(troubleOf('api/a.ts', built, report, ['1.sql'])).toEqual([
      expect.stringContaining(`${answer.method} without a key answers ${answer.status}`),
    ]);
  });

  it.each([
    { status: 200, type: 'application/json', count: 0 },
    { status: 500, type: 'application/json', count: 1 },
    { status: 200, type: 'text/html', count: 1 },
  ])('lets health alone answer everybody: $status $type', ({ status, type, count }) => {
    const answers = ['GET', 'HEAD'].map((method) => ({
      method,
      status,
      type,
      body: '{"ok":true}',
    }));
    const trouble = troubleOf('api/health.ts', built, { importMs: 1, answers }, []);
    expect(trouble).toHaveLength(2 * count);
    const post = { method: 'POST', status: 200, type: 'application/json', body: '{}' };
    expect(troubleOf('api/health.ts', built, { importMs: 1, answers: [post] }, [])).toHaveLength(1);
  });

  it.each([
    { name: 'a missing migration', bytes: 1, answers: [refusal()], says: 'lacks sql/2.sql' },
    { name: 'too large a function', bytes: 300e6, answers: [refusal()], says: 'are allowed' },
    { name: 'no export', bytes: 1, answers: [], says: 'exports no method' },
  ])('reports $name', ({ bytes, answers, says }) => {
    const sql = says.includes('sql') ? ['1.sql', '2.sql'] : ['1.sql'];
    const trouble = troubleOf('api/a.ts', { ...built, bytes }, { importMs: 1, answers }, sql);
    expect(trouble).toEqual([expect.stringContaining(says)]);
  });
});
