import { describe, expect, it } from 'vitest';
import { openEndpoint } from '../../lib/http/open-endpoint.js';
import { requestTo, testInstallation } from '../support/http-deps.js';

const { deps, key } = testInstallation();
const get = openEndpoint(
  () => deps,
  {},
  ({ identity }) => identity,
);

describe('openEndpoint', () => {
  it('works for anybody', async () => {
    expect(await (await get(requestTo('/api/health'))).json()).toEqual({ kind: 'anonymous' });
  });

  it('knows who shows a key', async () => {
    const headers = { authorization: `Bearer ${key(['read'])}` };
    expect(await (await get(requestTo('/api/health', { headers }))).json()).toMatchObject({
      kind: 'key',
      scopes: ['read'],
    });
  });

  it.each(['Bearer fst_forged.x', 'Bearer', 'Basic dTpw', ''])(
    'does not quietly take %j for nobody',
    async (authorization) => {
      const response = await get(requestTo('/api/health', { headers: { authorization } }));
      expect(response.status).toBe(401);
    },
  );
});
