import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type {
  ComponentAnswer,
  HealthAnswer,
  IncidentAnswer,
  IncidentDetailAnswer,
} from '../../lib/dashboard/answers.js';
import { type Answers, view } from '../../lib/dashboard/view.js';

interface Recorded {
  readonly health: HealthAnswer;
  readonly components: ComponentAnswer[];
  readonly incidents: IncidentAnswer[];
  readonly details: Record<string, IncidentDetailAnswer>;
}

const file = new URL('../fixtures/dashboard/answers.json', import.meta.url);
const recorded: Recorded = JSON.parse(readFileSync(file, 'utf8'));
const NOW_MS = Date.parse('2026-11-24T05:30:00Z');

function shown(changes: Partial<Answers> = {}) {
  const details = new Map(Object.entries(recorded.details));
  return view({ ...recorded, details, more: false, ...changes }, NOW_MS);
}

describe('view', () => {
  it('sums up in one sentence', () => {
    expect(shown().summary).toBe('4 components, 1 failing; 2 open incidents; 1 needs a person.');
  });

  it('says in the sentence what a person must not miss', () => {
    const incidents = recorded.incidents.map((one) => ({ ...one, needs_person: true }));
    const health = { ...recorded.health, paused: true };
    expect(shown({ incidents, health, more: true }).summary).toBe(
      '4 components, 1 failing; 2 open incidents; 2 need a person; ' +
        'automatic action is paused; not all of them are shown.',
    );
  });

  it('shows an empty installation', () => {
    const empty = shown({ components: [], incidents: [] });
    expect(empty.summary).toBe('0 components, 0 failing; 0 open incidents.');
    expect([empty.components, empty.incidents]).toEqual([[], []]);
  });

  it('sorts what is worst first, and a component without data before the healthy ones', () => {
    expect(shown().components.map(({ name }) => name)).toEqual([
      'payments',
      'shop',
      'new-arrival',
      'catalogue',
    ]);
  });

  it('goes together with its incident where the timeline could not be read', () => {
    const { incidents } = shown({ details: new Map() });
    expect(incidents.map(({ lines, recoveries }) => [lines, recoveries])).toEqual([
      [[], []],
      [[], []],
    ]);
  });
});
