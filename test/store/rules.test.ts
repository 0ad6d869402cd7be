import { beforeEach, describe, expect, it } from 'vitest';
import { Rule } from '../../lib/domain/decide/rules/rule.js';
import { readDecisionFacts } from '../../lib/store/decision-facts.js';
import { readIncidents, selectIncidents } from '../../lib/store/incidents.js';
import { addRule, addVersion, endRule, listRules } from '../../lib/store/rules.js';
import { stated } from '../domain/decide/rules/build.js';
import {
  addComponent,
  addIncident,
  newIncident,
  presentVersion,
  storeDatabase,
} from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

const uuid = () => crypto.randomUUID();
const order = (given: Parameters<typeof stated>[0] = {}, ruleId = uuid()) => ({
  id: uuid(),
  ruleId,
  rule: Rule.parse(stated(given)),
  who: 'ann',
});

beforeEach(async () => {
  await sql`delete from rules`;
});

describe('addRule', () => {
  it('keeps a rule, and raises the decision version', async () => {
    const version = await presentVersion(sql);
    const one = order({ priority: 7 });
    await addRule(sql, one);
    expect(await presentVersion(sql)).not.toBe(version);
    expect(await listRules(sql)).toEqual([
      {
        ...{ id: one.id, ruleId: one.ruleId, name: 'night', enabled: true, priority: 7 },
        ...{ rule: one.rule, createdBy: 'ann', createdAt: expect.any(Date), endedAt: null },
      },
    ]);
    expect((await readDecisionFacts(sql, null))?.rules).toEqual([one.id]);
  });

  it('fails for a name that another rule has', async () => {
    await addRule(sql, order());
    await expect(Promise.resolve(addRule(sql, order()))).rejects.toMatchObject({ code: '23505' });
  });

  it('lists by priority, then by name', async () => {
    await addRule(sql, order({ name: 'b' }));
    await addRule(sql, order({ name: 'a' }));
    await addRule(sql, order({ name: 'c', priority: 1 }));
    expect((await listRules(sql)).map(({ name }) => name)).toEqual(['c', 'a', 'b']);
  });

  it('answers null for what cannot be read', async () => {
    await addRule(sql, order());
    await sql`update rules set rule = rule || '{"when": {"moon": "full"}}'`;
    expect(await listRules(sql)).toMatchObject([{ name: 'night', rule: null }]);
  });
});

describe('addVersion', () => {
  it('takes the place of the version before, which stays known', async () => {
    const first = order();
    await addRule(sql, first);
    const second = order({ name: 'day', enabled: false }, first.ruleId);
    await sql.transaction([endRule(sql, first.ruleId), addVersion(sql, second)]);
    expect(await listRules(sql)).toMatchObject([{ id: second.id, name: 'day' }]);
    expect((await listRules(sql, new Date(0))).map(({ id }) => id).toSorted()).toEqual(
      [first.id, second.id].toSorted(),
    );
    expect((await readDecisionFacts(sql, null))?.rules).toEqual([]);
  });

  it('adds nothing to a rule that does not stand', async () => {
    const one = order();
    await sql.transaction([endRule(sql, one.ruleId), addVersion(sql, one)]);
    expect(await listRules(sql)).toEqual([]);
  });

  it('leaves one in force of ten that change a rule at once', async () => {
    const first = order();
    await addRule(sql, first);
    await race(
      database,
      `select 1 from rules where id = '${first.id}' for update`,
      times(10, (i) =>
        sql
          .transaction([
            endRule(sql, first.ruleId),
            addVersion(sql, order({ priority: i }, first.ruleId)),
          ])
          .catch(() => null),
      ),
    );
    expect(await listRules(sql)).toHaveLength(1);
  });
});

describe('readDecisionFacts', () => {
  it('knows the rules that have a say in open incidents', async () => {
    const { id } = await addComponent(sql);
    const rule = {
      ...{ id: uuid(), name: 'night', why: 'a test', made_plan: true },
      ...{ mode: 'approve' as const, raises: false, limits: { restarts_per_hour: 1 } },
    };
    const plan = { ...newIncident(id).plan, rule };
    const incidentId = await addIncident(sql, id, { plan });
    expect((await readDecisionFacts(sql, null))?.incidentRules).toEqual([{ incidentId, rule }]);
    await sql`update incidents set plan = plan || '{"rule": {"name": "of tomorrow"}}'`;
    const facts = await readDecisionFacts(sql, null);
    expect(facts?.incidentRules).toMatchObject([{ incidentId, rule: { mode: 'approve' } }]);
    const [read] = readIncidents(await selectIncidents(sql, { id: incidentId, limit: 1 }));
    expect(read?.plan.rule).toMatchObject({ mode: 'approve', raises: false });
    await sql`update incidents set closed_at = now(), closed_why = 'well'`;
    expect((await readDecisionFacts(sql, null))?.incidentRules).toEqual([]);
  });
});
