import { type App, settingsOf } from '../../app.js';
import type { Plan } from '../../domain/decide/incident.js';
import type { Rule } from '../../domain/decide/rules/rule.js';
import { GUARD_NAMES } from '../../domain/decide/verdict.js';
import { DAY } from '../../domain/time.js';
import { componentsById } from '../../store/components.js';
import { readControl } from '../../store/control.js';
import { listDeployments } from '../../store/deployments.js';
import { readIncidents, type StoredIncident, selectIncidents } from '../../store/incidents.js';
import { listMaintenanceWindows } from '../../store/maintenance-windows.js';
import { readRecoveries, selectRecoveries } from '../../store/recoveries.js';
import { readRuleTargets } from '../../store/rule-targets.js';
import { listRules } from '../../store/rules.js';
import { readPastFreezes } from '../../store/sample-history.js';
import { pastWindows } from '../replay/past-windows.js';
import { newWorld, type PastFreeze } from '../replay/world.js';
import { KNOWN_GUARDS, type Trial, type WouldHave, wouldHave } from '../replay/would-have.js';
import { reportRule } from './rule-reports.js';

/** Incidents that one dry run looks at, the newest. */
const MOST = 1000;
/** How much is read of what counts towards limits. */
const AROUND = 10_000;

const NOT_KNOWN = [
  'group, labels, platform, scale bounds and agents are those of today, as their past is not kept; so is the mode where no verdict of the incident tells it',
  'of metrics only those that carried the decision are kept: a condition on any other is not known',
  'history goes as it went: what another plan would have led to, nobody knows',
];

/**
 * Answer what a rule would have done about the incidents of the last days, from what was kept of them.
 * Changes nothing.
 *
 * @throws {AppError} `not_found` for a component or a group that there is not
 */
export async function dryRunRule(app: App, rule: Rule, days: number, now: Date): Promise<object> {
  const targets = await readRuleTargets(app.sql);
  const reports = reportRule(app.platforms, rule, targets);
  const since = new Date(now.getTime() - days * DAY);
  const newest = readIncidents(await selectIncidents(app.sql, { limit: MOST }));
  const incidents = newest.filter(({ openedAt }) => openedAt >= since);
  const ids = [...new Set(incidents.map(({ componentId }) => componentId))];
  const components = await componentsById(app.sql, ids);
  const trial = await readTrial(app, rule, { from: since, until: now }, [...components.values()]);
  trial.world.known = targets.length;
  const answers = incidents.map((incident) => {
    const would = wouldHave(trial, incident, components.get(incident.componentId) ?? null);
    return { would, json: answerJson(incident, would) };
  });
  const count = (matched: boolean | null) =>
    answers.filter(({ would }) => would.matched === matched).length;
  return {
    ...{ from: since, to: now, incidents: incidents.length },
    truncated: incidents.length === MOST,
    ...{ matched: count(true), not_matched: count(false), not_known: count(null) },
    reports,
    guards_not_known: GUARD_NAMES.filter((name) => !KNOWN_GUARDS.includes(name)),
    limits_of_this_answer: NOT_KNOWN,
    answers: answers.map(({ json }) => json),
  };
}

async function readTrial(
  app: App,
  rule: Rule,
  span: { readonly from: Date; readonly until: Date },
  components: Trial['world']['history']['components'],
): Promise<Trial> {
  const [control, standing, recoveries, deployments, freezes, windows] = await Promise.all([
    readControl(app.sql),
    listRules(app.sql),
    selectRecoveries(app.sql, { limit: AROUND }),
    listDeployments(app.sql, { limit: AROUND }),
    readPastFreezes(app.sql, span),
    listMaintenanceWindows(app.sql, span),
  ]);
  const past: PastFreeze[] = freezes.map((one) => ({ ...one, group: null }));
  return {
    ...{ rule, standing, executors: app.platforms },
    settings: settingsOf(app.baseSettings, control?.settings ?? {}),
    recoveries: readRecoveries(recoveries),
    world: newWorld({
      ...{ components, deployments, rules: [], recoveries: [] },
      freezes: [...past, ...pastWindows(windows, span)],
    }),
  };
}

const stepsJson = ({ steps }: Plan) => steps.map(({ action, why }) => ({ ...action, why }));

function answerJson(incident: StoredIncident, would: WouldHave): object {
  const { id, component, openedAt, plan, premise } = incident;
  const { matched, because, precededBy, mode, modeOf, modeWould, verdicts } = would;
  return {
    ...{ incident: id, component, opened_at: openedAt },
    ...{ situation: plan.situation, level: premise.level, matched, because },
    preceded_by: precededBy,
    plan_made: stepsJson(plan),
    plan_made_by: plan.rule?.made_plan === true ? plan.rule.name : null,
    plan_would: would.plan === null ? null : stepsJson(would.plan),
    mode: { was: mode, known_from: modeOf, would: modeWould },
    verdicts,
  };
}
