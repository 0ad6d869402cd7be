import { describe, expect, it } from 'vitest';
import type { IncidentChange } from '../../../lib/flows/incident-changes.js';
import { afterChange } from '../../../lib/flows/replay/after-change.js';
import { incident, leakPremise, NOW } from '../../domain/decide/build.js';

const open = (kind: 'predicted' | 'failing'): IncidentChange => ({
  kind: 'open',
  why: 'a test',
  incident: {
    id: 'new',
    componentId: 1,
    kind,
    severity: 'high',
    openedBy: 'prediction',
    plan: incident().plan,
    premise: leakPremise(),
    predictedFailureAt: null,
  },
});

const escalate: IncidentChange = {
  kind: 'escalate',
  id: 'new',
  incidentKind: 'failing',
  severity: 'critical',
  why: 'a test',
};

describe('afterChange', () => {
  it.each([
    { kind: 'predicted' as const, failedAt: null },
    { kind: 'failing' as const, failedAt: NOW },
  ])('opens one that is $kind', ({ kind, failedAt }) => {
    expect(afterChange(null, open(kind), 'shop', NOW)).toMatchObject({
      id: 'new',
      component: 'shop',
      state: 'open',
      step: 0,
      openedAt: NOW,
      failedAt,
    });
  });

  it('keeps the one that is open', () => {
    const first = afterChange(null, open('predicted'), 'shop', NOW);
    const second = { ...open('failing'), why: 'another' };
    expect(afterChange(first, second, 'shop', NOW)).toBe(first);
  });

  it('plans one anew, once, whose cause was unknown', () => {
    const plan = { ...incident().plan, anew: true as const };
    const replan: IncidentChange = { kind: 'replan', id: 'new', componentId: 1, plan };
    const first = afterChange(null, open('failing'), 'shop', NOW);
    expect(afterChange(first, replan, 'shop', NOW)).toBe(first);
    if (first === null) throw new Error('an incident should be open');
    const unknown = { ...first, step: 1, plan: { ...first.plan, situation: 'unknown' as const } };
    expect(afterChange(unknown, replan, 'shop', NOW)).toMatchObject({ plan, step: 0 });
    expect(afterChange(null, replan, 'shop', NOW)).toBeNull();
  });

  it('raises it, and keeps how far its plan has come', () => {
    const first = afterChange(null, open('predicted'), 'shop', NOW);
    const later = new Date(NOW.getTime() + 60_000);
    const begun = first === null ? null : { ...first, step: 1 };
    const raised = afterChange(begun, escalate, 'shop', later);
    expect(raised).toMatchObject({
      kind: 'failing',
      severity: 'critical',
      failedAt: later,
      step: 1,
    });
    expect(afterChange(raised, escalate, 'shop', NOW)?.failedAt).toEqual(later);
  });

  it('closes it, and raises or closes none where there is none', () => {
    const close: IncidentChange = { kind: 'close', id: 'new', why: 'a test' };
    expect(
      afterChange(afterChange(null, open('failing'), 'shop', NOW), close, 'shop', NOW),
    ).toBeNull();
    expect(afterChange(null, close, 'shop', NOW)).toBeNull();
    expect(afterChange(null, escalate, 'shop', NOW)).toBeNull();
  });
});
