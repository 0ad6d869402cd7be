import { describe, expect, it } from 'vitest';
import type { AssessmentAnswer, ComponentAnswer } from '../../lib/dashboard/answers.js';
import { componentRows } from '../../lib/dashboard/component-view.js';

const ASSESSMENT: AssessmentAnswer = {
  health_score: 71.25,
  state: 'degraded',
  trend: 'declining',
  level: 'high',
  warnings: ['Metrics trending downward'],
  failure_prediction: {
    probability: 0.4127,
    time_to_failure: '1-6 hours',
    reasons: ['Memory leak detected'],
  },
  evidence: [],
};
const SHOP: ComponentAnswer = {
  name: 'shop',
  mode: 'auto',
  platform: { type: 'agent' },
  standby: 'shop-eu',
  agent_present: true,
  assessment: ASSESSMENT,
  assessed_at: '2026-11-24T05:30:00.000Z',
  incident_id: null,
  can_be_healed: null,
};
const NOW_MS = Date.parse('2026-11-24T05:30:00Z');

const row = (change: Partial<AssessmentAnswer>) =>
  componentRows([{ ...SHOP, assessment: { ...ASSESSMENT, ...change } }], NOW_MS)[0];

describe('componentRows', () => {
  it('shows all that is known of a component', () => {
    expect(row({})).toEqual({
      name: 'shop',
      state: { text: 'degraded', tone: 'warn' },
      score: '71.3',
      trend: '↘\u00a0declining',
      outlook: { text: 'high · 41 % · 1-6 hours', tone: 'warn' },
      notes: ['Memory leak detected', 'Metrics trending downward'],
      healing: { verdict: { text: 'not looked at yet', tone: 'none' }, notes: [] },
      standby: 'shop-eu',
      mode: 'auto',
      platform: 'agent',
      agent: 'present',
      hasIncident: false,
    });
  });

  it('prefers the evidence to the bare reasons', () => {
    expect(row({ evidence: [{ text: 'memory rises by 6 an hour' }] })?.notes).toEqual([
      'memory rises by 6 an hour',
      'Metrics trending downward',
    ]);
  });

  it.each([
    { title: 'never assessed', assessment: null, text: 'not assessed yet' },
    {
      title: 'without data',
      assessment: {
        ...ASSESSMENT,
        state: 'unknown',
        health_score: null,
        level: null,
        warnings: [],
      },
      text: 'unknown',
    },
  ])('claims nothing of one $title', ({ assessment, text }) => {
    expect(componentRows([{ ...SHOP, assessment }], NOW_MS)[0]).toMatchObject({
      state: { text, tone: 'none' },
      score: '–',
      trend: '–',
      outlook: { text: 'unknown', tone: 'none' },
    });
  });

  it.each([
    { score: 0, text: '0.0' },
    { score: 100, text: '100.0' },
  ])('shows a score of $score, which is not missing', ({ score, text }) => {
    expect(row({ health_score: score })?.score).toBe(text);
  });

  it('shows a component without a platform, and one that has an incident', () => {
    const bare = { ...SHOP, platform: null, standby: null, agent_present: false, incident_id: 'x' };
    expect(componentRows([bare], NOW_MS)[0]).toMatchObject({
      platform: 'none',
      standby: null,
      agent: 'absent',
      hasIncident: true,
    });
  });

  it('puts a healthy component that is about to fail before a degraded one', () => {
    const about = { ...ASSESSMENT, state: 'healthy', level: 'critical' };
    const rows = componentRows([SHOP, { ...SHOP, name: 'web', assessment: about }], NOW_MS);
    expect(rows.map(({ name }) => name)).toEqual(['web', 'shop']);
  });

  it('sorts equals by name and leaves its argument as it was', () => {
    const given = [
      { ...SHOP, name: 'b' },
      { ...SHOP, name: 'a' },
    ];
    expect(componentRows(given, NOW_MS).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(given.map(({ name }) => name)).toEqual(['b', 'a']);
  });
});
