import { beforeEach, describe, expect, it } from 'vitest';
import { readDecisionFacts } from '../../lib/store/decision-facts.js';
import {
  forgetProviders,
  keepPage,
  readProviders,
  takeTurns,
} from '../../lib/store/provider-status.js';
import { ALL_WELL, MAJOR_OUTAGE } from '../support/status-page.js';
import { storeDatabase } from './fixtures.js';

const { sql } = await storeDatabase();

beforeEach(async () => {
  await sql`delete from provider_status`;
});

describe('provider status', () => {
  it('gives the turn to read a page to one of many at once, and to the next after a while', async () => {
    const ask = () => takeTurns(sql, ['fly', 'render'], 60);
    const turns = await Promise.all(Array.from({ length: 8 }, ask));
    expect(turns.flat().sort()).toEqual(['fly', 'render']);
    await sql`update provider_status set checked_at = now() - interval '61 seconds'`;
    expect((await ask()).sort()).toEqual(['fly', 'render']);
    expect(await ask()).toEqual([]);
  });

  it('knows nothing of a page that never was read, and since when it says what it says', async () => {
    await takeTurns(sql, ['render'], 60);
    expect(await readProviders(sql)).toMatchObject([{ page: null, readAt: null }]);
    await keepPage(sql, 'render', ALL_WELL);
    await sql`update provider_status set changed_at = '2026-01-01', read_at = '2026-01-01'`;
    await keepPage(sql, 'render', ALL_WELL);
    const [same] = await readProviders(sql);
    expect(same?.changedAt).toEqual(new Date('2026-01-01'));
    expect(same?.readAt?.getTime()).toBeGreaterThan(Date.now() - 60_000);
    await keepPage(sql, 'render', MAJOR_OUTAGE);
    const [changed] = await readProviders(sql);
    expect(changed?.changedAt.getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect((await readDecisionFacts(sql, null))?.providers).toMatchObject([
      { provider: 'render', page: MAJOR_OUTAGE },
    ]);
  });

  it('takes a page that it cannot read for none', async () => {
    await keepPage(sql, 'render', ALL_WELL);
    await sql`update provider_status set page = '{"indicator": "odd"}'`;
    expect(await readProviders(sql)).toMatchObject([{ page: null }]);
    expect((await readDecisionFacts(sql, null))?.providers).toMatchObject([{ page: null }]);
  });

  it('forgets what is not followed any more', async () => {
    await takeTurns(sql, ['fly', 'render'], 60);
    await forgetProviders(sql, ['fly']);
    expect((await readProviders(sql)).map(({ provider }) => provider)).toEqual(['fly']);
    await forgetProviders(sql, []);
    expect(await readProviders(sql)).toEqual([]);
  });
});
