import type { App } from '../../app.js';
import type { Rule } from '../../domain/decide/rules/rule.js';
import { AppError } from '../../errors.js';
import { uuid7 } from '../../security/uuid7.js';
import { addAudit } from '../../store/audit.js';
import { readRuleTargets } from '../../store/rule-targets.js';
import { addRule, addVersion, endRule, listRules, type StoredRule } from '../../store/rules.js';
import { type Statement, sqlState } from '../../store/sql.js';
import type { Change } from './change.js';
import { reportRule } from './rule-reports.js';

/** A rule is an answer's name of a rule, too: what is told of it beside what a person stated. */
function ruleJson({ ruleId, rule, name, enabled, priority, createdBy, createdAt }: StoredRule) {
  return {
    ...{ id: ruleId, name, enabled, priority },
    when: rule?.when ?? null,
    // biome-ignore lint/suspicious/noThenProperty: data that is answered as JSON
    then: rule?.then ?? null,
    why: rule?.why ?? null,
    trouble: rule === null ? 'it cannot be read: nothing is done without asking' : null,
    ...{ changed_by: createdBy, changed_at: createdAt },
  };
}

/**
 * Make a healing rule.
 *
 * @throws {AppError} `not_found` for a component or group that there is not; `conflict` where another rule has
 * its name
 */
export async function makeRule(app: App, rule: Rule, who: string): Promise<object> {
  const reports = reportRule(app.platforms, rule, await readRuleTargets(app.sql));
  const ruleId = uuid7(Date.now());
  await write(app, rule, [
    addRule(app.sql, { id: uuid7(Date.now()), ruleId, rule, who }),
    audit(app, `add rule ${rule.name}`, { who, why: rule.why }, { id: ruleId, rule }),
  ]);
  return { id: ruleId, ...rule, reports };
}

/**
 * Put another version in a rule's place. Incidents that are open keep what they opened under, but for what
 * the old version allowed beyond their components' modes.
 *
 * @throws {AppError} `not_found` where it does not stand; else as {@link makeRule}
 */
export async function changeRule(
  app: App,
  ruleId: string,
  rule: Rule,
  who: string,
): Promise<object> {
  const before = await standing(app, ruleId);
  const reports = reportRule(app.platforms, rule, await readRuleTargets(app.sql));
  const [ended] = await write(app, rule, [
    endRule(app.sql, ruleId),
    addVersion(app.sql, { id: uuid7(Date.now()), ruleId, rule, who }),
    audit(
      app,
      `change rule ${rule.name}`,
      { who, why: rule.why },
      { id: ruleId, rule, before: before.rule },
    ),
  ]);
  if ((ended?.length ?? 0) === 0) throw none(ruleId);
  return { id: ruleId, ...rule, reports };
}

/** End a rule for good. @throws {AppError} `not_found` */
export async function removeRule(app: App, ruleId: string, change: Change): Promise<undefined> {
  const before = await standing(app, ruleId);
  const detail = { id: ruleId, before: before.rule };
  const [ended] = await app.sql.transaction([
    endRule(app.sql, ruleId),
    audit(app, `end rule ${before.name}`, change, detail),
  ]);
  if ((ended?.length ?? 0) === 0) throw none(ruleId);
}

/** List the rules that stand, in the order in which they are asked. */
export async function showRules(app: App): Promise<object> {
  const rules = await listRules(app.sql);
  return { rules: rules.map(ruleJson) };
}

const none = (id: string) => new AppError('not_found', `there is no rule ${id}`);

async function standing(app: App, ruleId: string): Promise<StoredRule> {
  const found = (await listRules(app.sql)).find((one) => one.ruleId === ruleId);
  if (found === undefined) throw none(ruleId);
  return found;
}

function audit(app: App, what: string, { who, why }: Change, detail: Record<string, unknown>) {
  return addAudit(app.sql, { who, what, why, detail });
}

async function write(app: App, rule: Rule, statements: readonly Statement[]) {
  try {
    return await app.sql.transaction(statements);
  } catch (error) {
    if (sqlState(error) !== '23505') throw error;
    throw new AppError('conflict', `another rule is called ${rule.name}`, { cause: error });
  }
}
