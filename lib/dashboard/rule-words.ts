import type { ConditionAnswer, EffectAnswer, StepAnswer } from './admin-answers.js';
import { actionWord, counted, orText, plain } from './words.js';

const SITUATION_WORDS: Readonly<Record<string, string>> = {
  leak: 'a leak',
  deployment_regression: 'a bad deployment',
  config_regression: 'a bad configuration',
  saturation_with_traffic: 'more traffic than it can carry',
  cpu_saturation: 'CPU without more traffic',
  database: 'the database',
  upstream: 'something that it depends on',
  provider: 'a provider',
  down: 'that it is down',
  unknown: 'not known',
};

const wordOf = (situation: string): string => SITUATION_WORDS[situation] ?? plain(situation);

function targetText({ components, groups, labels, platforms }: ConditionAnswer): string {
  const parts = [
    components === undefined ? 'components' : orText(components),
    ...(groups === undefined ? [] : [`in group ${orText(groups)}`]),
    ...Object.entries(labels ?? {}).map(([label, value]) => `with label ${label} = “${value}”`),
    ...(platforms === undefined ? [] : [`on ${orText(platforms.map(plain))}`]),
  ];
  return parts.length === 1 && components === undefined ? 'all components' : parts.join(' ');
}

type MetricAnswer = NonNullable<ConditionAnswer['metrics']>[number];

function metricText({ metric, above, below }: MetricAnswer): string {
  const bounds = [
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
  ];
  return `${metric} is ${bounds.join(' and ')}`;
}

function timeText({ zone, days, from, to }: NonNullable<ConditionAnswer['time']>): string {
  const on = days === undefined ? '' : ` on ${orText(days)}`;
  return `the incident opens between ${from} and ${to} in ${zone}${on}`;
}

function clausesOf({ situations, causes, levels, metrics, time }: ConditionAnswer): string[] {
  return [
    ...(situations === undefined ? [] : [`the trouble is ${orText(situations.map(wordOf))}`]),
    ...(causes === undefined ? [] : [`a cause may be ${orText(causes.map(wordOf))}`]),
    ...(levels === undefined ? [] : [`the level is ${orText(levels)}`]),
    ...(metrics ?? []).map(metricText),
    ...(time === undefined ? [] : [timeText(time)]),
  ];
}

/** Say in one sentence which incidents a rule matches. */
export function conditionText(when: ConditionAnswer): string {
  const clauses = clausesOf(when);
  const only = clauses.length === 0 ? '' : `, if ${clauses.join(', and ')}`;
  return `Incidents of ${targetText(when)}${only}.`;
}

function stepText({ name, instance, rollback_type: type, to }: StepAnswer): string {
  const kind = type === undefined || type === 'deployment' ? '' : ` (${plain(type)})`;
  const of = instance === undefined ? '' : ` instance ${instance}`;
  return `${actionWord(name)}${kind}${of}${to === undefined ? '' : ` to ${to}`}`;
}

function planText(plan: EffectAnswer['plan']): string {
  if (plan === undefined) return 'The built-in plan.';
  const steps = plan.map(stepText);
  // Whatever a rule says, at the end of its plan a person is asked.
  const asks = plan.at(-1)?.name === 'page';
  return `Plan: ${[...steps, ...(asks ? [] : [actionWord('page')])].join(', then ')}.`;
}

function limitTexts(limits: NonNullable<EffectAnswer['limits']>): string[] {
  const { restarts_per_hour: restarts, rollbacks_per_incident: rollbacks, cooldown_s: s } = limits;
  return [
    ...(restarts === undefined ? [] : [`${counted(restarts, 'restart')} an hour`]),
    ...(rollbacks === undefined ? [] : [`${counted(rollbacks, 'rollback')} an incident`]),
    ...(s === undefined ? [] : [`the same action once in ${s} s`]),
  ];
}

/** Say what is done where a rule matches, and how often at most. */
export function effectText({ plan, limits = {} }: EffectAnswer): string {
  const most = limitTexts(limits);
  return most.length === 0 ? planText(plan) : `${planText(plan)} At most ${most.join(', ')}.`;
}
