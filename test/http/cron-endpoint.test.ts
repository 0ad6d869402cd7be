import { describe, expect, it } from 'vitest';
import { cronEndpoint } from '../../lib/http/cron-endpoint.js';
import { requestTo, testInstallation } from '../support/http-deps.js';

const SECRET = 'a-secret-of-the-cron';

async function status(cronSecret: string | undefined, authorization: string | null) {
  const { deps, lines } = testInstallation({ cronSecret });
  const get = cronEndpoint(
    () => deps,
    {},
    ({ identity }) => identity,
  );
  const headers = authorization === null ? {} : { authorization };
  const response = await get(requestTo('/api/sweep', { headers }));
  expect(JSON.stringify(lines)).not.toContain(SECRET);
  return response.status;
}

describe('cronEndpoint', () => {
  it('works for who shows the secret', async () => {
    expect(await status(SECRET, `Bearer ${SECRET}`)).toBe(200);
  });

  it.each([
    ['nothing', SECRET, null],
    ['another secret', SECRET, 'Bearer another'],
    ['a part of it', SECRET, `Bearer ${SECRET.slice(0, -1)}`],
    ['more than it', SECRET, `Bearer ${SECRET}x`],
    ['another case', SECRET, `Bearer ${SECRET.toUpperCase()}`],
    ['it without a scheme', SECRET, SECRET],
    ['something, while there is no secret', undefined, 'Bearer undefined'],
    ['nothing, while there is no secret', undefined, 'Bearer '],
    ['nothing, while the secret is empty', '', 'Bearer '],
  ])('answers 401 to who shows %s', async (_, cronSecret, authorization) => {
    expect(await status(cronSecret, authorization)).toBe(401);
  });
});
