import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NO_CALIBRATION } from '../../lib/domain/learn/calibration.js';
import { MODEL_VERSION } from '../../lib/domain/learn/model-version.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(() => stack.close());

const PATH = '/api/admin/calibrations';
const body = { ...NO_CALIBRATION, model: MODEL_VERSION };

beforeEach(async () => {
  const { sql } = stack.app;
  await sql`delete from calibrations`;
  const add = (version: number, active: boolean, model: string, kept: object) => sql`
    insert into calibrations (version, model, body, made_from, why, learned_on, is_active)
    overriding system value
    values (
      ${version}::int, ${model}::text, ${JSON.stringify(kept)}::jsonb, '{"outcomes": 300}', 'a test',
      ${`2026-01-0${version}`}::date, ${active}::bool)`;
  await add(1, false, MODEL_VERSION, body);
  await add(2, false, 'old', body);
  await add(3, false, MODEL_VERSION, { ...body, components: { shop: { '1h': 99 } } });
  await add(4, true, MODEL_VERSION, { ...body, components: { shop: { '1h': -1 } } });
});

interface Shown {
  in_force: number;
  calibrations: { version: number; active: boolean; rolled_back_by: string | null }[];
}

const shown = async () => (await stack.call('GET', PATH)).body as Shown;

describe('GET /api/admin/calibrations', () => {
  it('lists the versions, newest first, and says which cannot be used', async () => {
    expect(await shown()).toMatchObject({
      in_force: 4,
      calibrations: [
        { version: 4, active: true, made_from: { outcomes: 300 }, components: { shop: {} } },
        { version: 3, trouble: expect.stringContaining('cannot be read') },
        { version: 2, model: 'old', trouble: expect.stringContaining('was learned of old') },
        { version: 1, active: false, why: 'a test', rolled_back_at: null },
      ],
    });
  });
});

describe('POST /api/admin/calibrations', () => {
  it('goes back to an earlier version, and says who and why', async () => {
    const { status } = await stack.call('POST', PATH, { version: 1, why: 'too quiet' });
    expect(status).toBe(200);
    const { in_force, calibrations } = await shown();
    expect(in_force).toBe(1);
    expect(calibrations[0]).toMatchObject({
      version: 4,
      active: false,
      rolled_back_by: 'test admin',
      rolled_back_why: 'too quiet',
    });
    const [audit] = await stack.app.sql`select what, why from audit order by id desc limit 1`;
    expect(audit).toEqual({ what: 'use calibration 1', why: 'too quiet' });
    const [brain] = await stack.app.sql`
      select output_data from unified_brain where action_type = 'calibration_rolled_back'
      order by executed_at desc limit 1`;
    expect(brain?.['output_data']).toEqual({ from: 4, to: 1 });
  });

  it('goes back to none, and forward again to one that was left', async () => {
    await stack.call('POST', PATH, { version: 0, why: 'too quiet' });
    expect((await shown()).in_force).toBe(0);
    await stack.call('POST', PATH, { version: 4, why: 'it was not that' });
    const { in_force, calibrations } = await shown();
    expect(in_force).toBe(4);
    expect(calibrations[0]).toMatchObject({ active: true, rolled_back_by: null });
  });

  it.each([
    [{ version: 4, why: 'x' }, 409],
    [{ version: 3, why: 'x' }, 409],
    [{ version: 2, why: 'x' }, 409],
    [{ version: 9, why: 'x' }, 404],
    [{ version: -1, why: 'x' }, 400],
    [{ version: 1 }, 400],
  ])('refuses %o with %i, and changes nothing', async (order, status) => {
    expect((await stack.call('POST', PATH, order)).status).toBe(status);
    expect((await shown()).in_force).toBe(4);
  });

  it('lets one of two go first', async () => {
    const both = await Promise.all(
      [0, 1].map((version) => stack.call('POST', PATH, { version, why: 'a race' })),
    );
    const { in_force } = await shown();
    const last = both.filter(({ status }) => status === 200);
    expect(last.length).toBeGreaterThanOrEqual(1);
    expect([0, 1]).toContain(in_force);
  });
});
