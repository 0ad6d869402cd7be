import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FreezeAnswer, RuleAnswer, WindowAnswer } from '../../lib/dashboard/admin-answers.js';
import type {
  CauseAnswer,
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
  readonly common_causes: CauseAnswer[];
  readonly details: Record<string, IncidentDetailAnswer>;
}

interface RecordedLists {
  readonly maintenance_windows: WindowAnswer[];
  readonly freezes: FreezeAnswer[];
  readonly rules: RuleAnswer[];
}

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/dashboard/${name}.json`, import.meta.url), 'utf8'));
const recorded: Recorded = fixture('answers');
const lists: RecordedLists = fixture('admin');
const list = <T>(items: readonly T[]) => ({ items, trouble: null });
const ADMIN = {
  windows: list(lists.maintenance_windows),
  freezes: list(lists.freezes),
  rules: list(lists.rules),
};
const EMPTY = { windows: list([]), freezes: list([]), rules: list([]) };
const NOW_MS = Date.parse('2026-11-24T05:30:00Z');

function shown(changes: Partial<Answers> = {}) {
  const details = new Map(Object.entries(recorded.details));
  const causes = recorded.common_causes;
  return view({ ...recorded, causes, admin: ADMIN, details, more: false, ...changes }, NOW_MS);
}

describe('view', () => {
  it('sums up in one sentence', () => {
    expect(shown({ causes: [], admin: EMPTY }).summary).toBe(
      '4 components, 1 failing; 2 open incidents; 1 needs a person.',
    );
  });

  it('says in the sentence what a person must not miss', () => {
    const incidents = recorded.incidents.map((one) => ({ ...one, needs_person: true }));
    const health = { ...recorded.health, paused: true };
    expect(shown({ incidents, health, more: true }).summary).toBe(
      '4 components, 1 failing; 2 open incidents; 2 need a person; ' +
        '1 common cause; 3 windows or freezes open; automatic action is paused; not all of them are shown.',
    );
  });

  it('shows an empty installation', () => {
    const empty = shown({ components: [], incidents: [], causes: [], admin: EMPTY });
    expect(empty.summary).toBe('0 components, 0 failing; 0 open incidents.');
    expect([empty.components, empty.incidents, empty.causes]).toEqual([[], [], []]);
    expect([empty.freezes, empty.rules]).toEqual([
      { rows: [], notes: [] },
      { rows: [], notes: [] },
    ]);
  });

  it('names a common cause by its group', () => {
    expect(shown().causes).toMatchObject([
      { title: 'memory in group web', beganAt: '2026-11-24T05:00:00.000Z' },
    ]);
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
