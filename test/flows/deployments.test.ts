import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportDeployment } from '../../lib/flows/deployments.js';
import { readDecisionFacts } from '../../lib/store/decision-facts.js';
import { addComponent } from '../support/flow-parts.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;
let names = 0;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(() => stack.close());

async function component(): Promise<string> {
  names += 1;
  await addComponent(stack, `deployed-${names}`, {});
  return `deployed-${names}`;
}

type Report = Parameters<typeof reportDeployment>[1];

const report = (name: string, given: Partial<Report> = {}) =>
  reportDeployment(
    stack.app,
    {
      component: name,
      version: 'v1',
      phase: 'started',
      kind: 'deployment',
      commit: null,
      platformRef: null,
      actor: null,
      oneWay: null,
      ...given,
    },
    'pipeline',
  ) as Promise<{ id: string; phase: string }>;

const running = async (name: string): Promise<number> => {
  const [row] = await stack.app.sql`
    select count(*)::int as rows
    from deployments
    join components on components.id = deployments.component_id
    where components.name = ${name}::text
    and deployments.phase = 'started'`;
  return Number(row?.['rows']);
};

describe('reportDeployment', () => {
  it('records one start of ten that are reported at once', async () => {
    const name = await component();
    const all = await Promise.allSettled(Array.from({ length: 10 }, () => report(name)));
    const ids = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []));
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(1);
    for (const one of all) {
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'in_progress' });
    }
    expect(await running(name)).toBe(1);
    expect(await report(name)).toMatchObject({ id: ids[0], phase: 'started' });
  });

  it.each(['finished', 'failed'] as const)('ends what was started as %s', async (phase) => {
    const name = await component();
    const { id } = await report(name);
    expect(await report(name, { phase })).toMatchObject({ id, phase });
    expect(await running(name)).toBe(0);
    const { body } = await stack.call('GET', `/api/deployments/${id}`);
    expect(body).toMatchObject({ component: name, phase });
  });

  it.each(['with a start', 'without one'])(
    'records one end of ten that are reported at once, %s',
    async (how) => {
      const name = await component();
      if (how === 'with a start') await report(name);
      const all = await Promise.all(
        Array.from({ length: 10 }, () => report(name, { phase: 'finished' })),
      );
      expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    },
  );

  it('keeps two versions apart', async () => {
    const name = await component();
    const first = await report(name, { version: 'v1' });
    const second = await report(name, { version: 'v2' });
    expect(second.id).not.toBe(first.id);
  });

  it('changes the facts of decisions: a claim on what was read before takes nothing', async () => {
    const name = await component();
    const before = await readDecisionFacts(stack.app.sql, null);
    await report(name);
    const after = await readDecisionFacts(stack.app.sql, null);
    expect(Number(after?.version)).toBeGreaterThan(Number(before?.version));
  });

  it('registers nothing, and writes nothing for a component that there is not', async () => {
    await expect(report('nobody')).rejects.toMatchObject({ code: 'not_found' });
    const rows = await stack.app.sql`select 1 from components where name = 'nobody'`;
    expect(rows).toEqual([]);
  });

  it('says who reported what', async () => {
    const name = await component();
    await report(name);
    const audit = await stack.app.sql`
      select who, detail from audit where what = ${`deployment started: ${name}`}::text`;
    expect(audit).toMatchObject([{ who: 'pipeline', detail: { version: 'v1' } }]);
  });
});
