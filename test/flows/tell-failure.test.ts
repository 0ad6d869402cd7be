import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labelOutcomes } from '../../lib/store/label-outcomes.js';
import { addComponent, addIncident, timeline } from '../support/flow-parts.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;
let shop = 0;

const ago = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

beforeAll(async () => {
  stack = await startTestStack();
  shop = await addComponent(stack, 'shop', {});
  await stack.app.sql`
    insert into component_state (
      component_id, memory, assessment, evidence, premise, assessed_at, last_sample_at)
    values (${shop}::int, '{}', '{}', '{}', '{}', now(), now())`;
});

afterAll(() => stack.close());

/** A quiet prediction of the shop, and what came of it within six hours by the last labelling. */
async function predicted(hours: number): Promise<() => Promise<unknown>> {
  const [row] = await stack.app.sql`
    insert into predictions (
      component_id, at, kind, share, raw_1h, raw_6h, raw_24h, p_1h, p_6h, p_24h, horizon_s,
      calibration, model)
    values (
      ${shop}::int, ${ago(hours)}::timestamptz, 'quiet', 1, 0, 0, 0, 0, 0, 0, 3600, 0, 'm')
    returning id`;
  return async () => {
    await labelOutcomes(stack.app.sql, { limit: 100 });
    const [outcome] = await stack.app.sql`
      select failed_6h, labelled_by
      from outcomes
      where prediction_id = ${row?.['id']}::bigint`;
    return outcome;
  };
}

const tell = (body: object) => stack.call('POST', '/api/incidents', body);

describe('POST /api/incidents', () => {
  it('keeps a failure that nothing saw, and labels anew what was predicted before it', async () => {
    const outcome = await predicted(50);
    expect(await outcome()).toEqual({ failed_6h: 0, labelled_by: 'survived' });
    const [failed_at, ended_at] = [ago(46), ago(45)];
    const { status, body } = await tell({ component: 'shop', failed_at, ended_at, why: 'no till' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      component: 'shop',
      state: 'closed',
      kind: 'failing',
      opened_by: 'person',
      cause: 'no till',
      failed_at,
      closed_at: ended_at,
      closed_why: 'told afterwards by test admin',
      label: 'real',
    });
    expect(await timeline(stack.app, (body as { id: string }).id)).toEqual(['labelled']);
    expect(await outcome()).toEqual({ failed_6h: 1, labelled_by: 'person' });
  });

  it('points to the incident that tells of that time', async () => {
    const twice = { component: 'shop', failed_at: ago(45.5), ended_at: ago(45.4), why: 'again' };
    const audits = () => stack.app.sql`select what from audit order by id`;
    const before = await audits();
    expect(await tell(twice)).toMatchObject({ status: 409 });
    expect(await audits()).toEqual(before);
  });

  it.each([
    [{ component: 'nobody', failed_at: ago(3), ended_at: ago(2), why: 'x' }, 404],
    [{ component: 'shop', failed_at: ago(2), ended_at: ago(3), why: 'x' }, 400],
    [{ component: 'shop', failed_at: ago(2), ended_at: ago(-1), why: 'x' }, 400],
    [{ component: 'shop', failed_at: ago(2), ended_at: ago(1) }, 400],
  ])('refuses %o with %i', async (body, status) => {
    expect((await tell(body)).status).toBe(status);
  });
});

describe('POST /api/incidents/{id}/label', () => {
  it('labels anew what was predicted of it', async () => {
    const id = await addIncident(stack.app, shop);
    await stack.app.sql`
      update incidents
      set
        opened_at = ${ago(80)}::timestamptz, failed_at = ${ago(79)}::timestamptz,
        closed_at = ${ago(78)}::timestamptz, closed_why = 'a test'
      where id = ${id}::uuid`;
    const outcome = await predicted(81);
    expect(await outcome()).toEqual({ failed_6h: 1, labelled_by: 'incident' });
    await stack.call('POST', `/api/incidents/${id}/label`, { label: 'false_alarm' });
    expect(await outcome()).toEqual({ failed_6h: 0, labelled_by: 'person' });
  });
});
