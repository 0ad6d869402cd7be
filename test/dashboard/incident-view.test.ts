import { describe, expect, it } from 'vitest';
import type { IncidentAnswer, IncidentDetailAnswer } from '../../lib/dashboard/answers.js';
import { incidentView } from '../../lib/dashboard/incident-view.js';

const INCIDENT: IncidentAnswer = {
  id: '1',
  component: 'shop',
  kind: 'predicted',
  severity: 'high',
  cause: 'memory grows',
  plan: [
    { action: 'clean_memory', why: 'it frees memory', next: false },
    { action: 'restart', why: 'memory starts anew', next: true },
    { action: 'page', why: 'nothing is left', next: false },
  ],
  step: 1,
  needs_person: true,
  held_back_by: [{ guard: 'kill_switch', why: 'everything is paused' }],
  opened_at: '2026-11-24T05:10:00.000Z',
  predicted_failure_at: '2026-11-24T08:10:00.000Z',
};
const NOW_MS = Date.parse('2026-11-24T05:30:00Z');

function line(change: Partial<IncidentDetailAnswer['timeline'][number]>) {
  const told = { at: '2026-11-24T05:10:00.000Z', kind: 'acted', text: 'freed 40 MB', who: null };
  return { ...told, ...change };
}

describe('incidentView', () => {
  it('says which step is next, and which have passed', () => {
    const { steps } = incidentView(INCIDENT, null, NOW_MS);
    expect(steps.map(({ action, place }) => [action, place])).toEqual([
      ['clean memory', 'passed'],
      ['restart', 'next'],
      ['ask a person', 'later'],
    ]);
  });

  it('says what holds it back and that a person is needed', () => {
    expect(incidentView(INCIDENT, null, NOW_MS)).toMatchObject({
      heldBack: ['kill switch: everything is paused'],
      needsPerson: true,
    });
  });

  it.each([
    { at: null, expected: null },
    { at: '2026-11-24T08:10:00.000Z', expected: 'in 2 h' },
    { at: '2026-11-24T05:30:30.000Z', expected: 'in 30 s' },
    { at: '2026-11-24T05:30:00.000Z', expected: 'now due' },
    { at: '2026-11-24T05:00:00.000Z', expected: 'now due' },
  ])('expects the failure $expected when it is predicted for $at', ({ at, expected }) => {
    const incident = { ...INCIDENT, predicted_failure_at: at };
    expect(incidentView(incident, null, NOW_MS).expected?.away ?? null).toBe(expected);
  });

  it.each([
    { severity: 'critical', tone: 'bad' },
    { severity: 'high', tone: 'warn' },
    { severity: 'medium', tone: 'warn' },
  ])('marks $severity as $tone', ({ severity, tone }) => {
    expect(incidentView({ ...INCIDENT, severity }, null, NOW_MS).severity.tone).toBe(tone);
  });

  it('shows the last six lines, newest first', () => {
    const timeline = Array.from({ length: 8 }, (_, i) => line({ text: `line ${i}` }));
    const { lines } = incidentView(INCIDENT, { timeline, recoveries: [] }, NOW_MS);
    expect(lines.map(({ text }) => text)).toEqual(
      [7, 6, 5, 4, 3, 2].map((i) => `acted: line ${i}`),
    );
  });

  it.each([
    { change: {}, text: 'acted: freed 40 MB' },
    { change: { who: 'bob' }, text: 'acted: freed 40 MB (bob)' },
    {
      change: { kind: 'acknowledged', text: 'seen by ann', who: 'ann' },
      text: 'acknowledged: seen by ann',
    },
    { change: { kind: 'closed', text: 'closed by itself' }, text: 'closed by itself' },
  ])('writes a line as "$text"', ({ change, text }) => {
    const detail = { timeline: [line(change)], recoveries: [] };
    expect(incidentView(INCIDENT, detail, NOW_MS).lines[0]?.text).toBe(text);
  });

  it.each([
    { state: 'awaiting_approval', error: null, text: 'restart: awaiting approval – it leaks' },
    { state: 'failed', error: 'no answer', text: 'restart: failed – no answer' },
  ])('writes a recovery as "$text"', ({ state, error, text }) => {
    const recoveries = [{ action: 'restart', state, why: 'it leaks', error }];
    expect(incidentView(INCIDENT, { timeline: [], recoveries }, NOW_MS).recoveries).toEqual([text]);
  });
});
