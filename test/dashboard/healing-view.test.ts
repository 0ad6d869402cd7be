import { describe, expect, it } from 'vitest';
import type { HealingAnswer } from '../../lib/dashboard/answers.js';
import { healingView } from '../../lib/dashboard/healing-view.js';

const NOW_MS = Date.parse('2026-11-24T05:30:00Z');

function healing(change: Partial<HealingAnswer>): HealingAnswer {
  return { verdict: 'yes', checked_at: '2026-11-24T05:00:00.000Z', actions: [], ...change };
}

describe('healingView', () => {
  it('claims nothing of what nobody has looked at', () => {
    expect(healingView(null, NOW_MS)).toEqual({
      verdict: { text: 'not looked at yet', tone: 'none' },
      notes: [],
    });
  });

  it.each([
    { verdict: 'yes', tone: 'good' },
    { verdict: 'partly', tone: 'warn' },
    { verdict: 'no', tone: 'warn' },
    { verdict: 'unknown', tone: 'none' },
  ])('marks $verdict as $tone', ({ verdict, tone }) => {
    expect(healingView(healing({ verdict }), NOW_MS).verdict).toEqual({ text: verdict, tone });
  });

  it('does not take a verdict that it does not know for a yes', () => {
    expect(healingView(healing({ verdict: 'perhaps' }), NOW_MS).verdict.text).toBe('unknown');
  });

  it('says why not, once for all that it keeps from being done', () => {
    const actions = [
      { action: 'restart', can: 'yes', why: null },
      { action: 'rollback', can: 'no', why: 'the key does not suffice' },
      {
        action: 'rollback',
        rollback_type: 'config',
        can: 'no',
        why: 'the key does not suffice',
      },
      { action: 'reset_database', can: 'unknown', why: 'render did not answer' },
      { action: 'clean_memory', can: 'no', why: null },
    ];
    expect(healingView(healing({ verdict: 'partly', actions }), NOW_MS).notes).toEqual([
      'rollback, rollback of the configuration: the key does not suffice',
      'reset database: not known, render did not answer',
      'clean memory: nobody says why',
    ]);
  });

  it.each([
    { at: '2026-11-24T03:30:00.000Z', notes: [] },
    { at: '2026-11-24T03:29:59.000Z', notes: ['last looked at 2 h ago'] },
    { at: '2026-11-22T05:30:00.000Z', notes: ['last looked at 2 d ago'] },
    { at: '2026-11-24T06:00:00.000Z', notes: [] },
  ])('says of a look at $at: $notes', ({ at, notes }) => {
    expect(healingView(healing({ checked_at: at }), NOW_MS).notes).toEqual(notes);
  });
});
