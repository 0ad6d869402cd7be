import { describe, expect, it } from 'vitest';
import type { GuardName, Verdict } from '../../lib/domain/decide/verdict.js';
import { incidentAfter, isNews } from '../../lib/flows/after-decision.js';
import type { Claim, Refused } from '../../lib/flows/decision.js';
import type { StoredIncident } from '../../lib/store/incidents.js';
import { incident, leakPremise, NOW } from '../domain/decide/build.js';

const verdict = (guard: GuardName, outcome: Verdict['outcome'] = 'refuse'): Verdict => ({
  guard,
  outcome,
  why: 'a test',
  until: null,
});

const stored = (changes: Partial<StoredIncident> = {}): StoredIncident => ({
  ...incident(),
  openedBy: 'prediction',
  refusal: null,
  premise: leakPremise(),
  predictedFailureAt: null,
  failedAt: null,
  closedWhy: null,
  acknowledgedAt: null,
  label: null,
  ...changes,
});

const action = { name: 'restart' } as const;
const refused = (changes: Partial<Refused> = {}): Refused => ({
  kind: 'refused',
  incident: stored(),
  step: 1,
  action,
  why: 'a test',
  verdicts: [verdict('storm'), verdict('mode', 'pass')],
  page: false,
  ...changes,
});

describe('incidentAfter', () => {
  const claim: Claim = {
    kind: 'claim',
    incident: stored(),
    step: 1,
    action,
    executor: 'agent',
    why: 'a test',
    verdicts: [],
    premise: leakPremise(),
    approveBy: null,
  };

  it.each([
    { name: 'a claim', decision: claim, step: 1, needsPerson: false },
    { name: 'a question', decision: { ...claim, approveBy: NOW }, step: 1, needsPerson: true },
    { name: 'a refusal', decision: refused(), step: 1, needsPerson: false },
    { name: 'a refusal that pages', decision: refused({ page: true }), step: 1, needsPerson: true },
    {
      name: 'a plan at its end',
      decision: { kind: 'page' as const, incident: stored(), why: 'a test' },
      step: stored().plan.steps.length,
      needsPerson: true,
    },
  ])('is where $name leaves it', ({ decision, step, needsPerson }) => {
    const refusal = decision.kind === 'refused' ? decision.verdicts : null;
    const after = { id: stored().id, step, needsPerson, refusal };
    expect(incidentAfter(decision)).toEqual({
      ...after,
      ...(decision.kind === 'page' ? { anew: false } : {}),
    });
  });
});

describe('isNews', () => {
  const known = (guards: readonly GuardName[], needsPerson = false) =>
    stored({ refusal: guards.map((guard) => verdict(guard)), needsPerson });

  it.each([
    { name: 'the first', given: {}, news: true },
    { name: 'the same again', given: { incident: known(['storm']) }, news: false },
    { name: 'one for other reasons', given: { incident: known(['cooldown']) }, news: true },
    {
      name: 'the same that pages now',
      given: { incident: known(['storm']), page: true },
      news: true,
    },
    {
      name: 'the same that has paged',
      given: { incident: known(['storm'], true), page: true },
      news: false,
    },
  ])('says $news of $name', ({ given, news }) => {
    expect(isNews(refused(given))).toBe(news);
  });
});
