import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ComponentConfig } from '../../lib/domain/component.js';
import type { Plan } from '../../lib/domain/decide/incident.js';
import type { Memory } from '../../lib/domain/decide/memory.js';
import { PAGE } from '../../lib/domain/decide/plan-steps.js';
import type { PlanRule } from '../../lib/domain/decide/rules/plan-rule.js';
import { type IncidentChange, incidentChange } from '../../lib/flows/incident-changes.js';
import { incidentStatements } from '../../lib/flows/incident-statements.js';
import type { Seen } from '../../lib/flows/seen.js';
import type { FiringAlert } from '../../lib/store/alerts.js';
import type { StoredIncident } from '../../lib/store/incidents.js';
import {
  ago,
  healthy,
  incident,
  leaking,
  leakPremise,
  NOW,
  settings,
  windowOf,
} from '../domain/decide/build.js';
import { addComponent, timeline } from '../support/flow-parts.js';
import { startTestStack, type TestStack } from '../support/stack.js';
import { seenOf } from './seen-of.js';

let stack: TestStack;
let componentId = 0;

beforeAll(async () => {
  stack = await startTestStack();
  componentId = await addComponent(stack, 'shop');
});

afterAll(() => stack.close());

const alert = (severity = 'critical'): FiringAlert => ({
  componentId,
  severity,
  title: 'errors',
  source: 'alertmanager',
  startedAt: ago(60),
});

function open(changes: Partial<StoredIncident> = {}): StoredIncident {
  return {
    ...incident(),
    openedBy: 'samples',
    refusal: null,
    premise: leakPremise(),
    predictedFailureAt: null,
    failedAt: null,
    closedWhy: null,
    acknowledgedAt: null,
    label: null,
    ...changes,
  };
}

const seen = (memory: Partial<Memory>, changes: Partial<Seen> = {}): Seen =>
  seenOf(componentId, memory, changes);

const change = (one: Seen) => incidentChange(stack.app.platforms, one, settings(), NOW);

const FAILING = healthy({ state: 'failing', breaching: ['cpu_usage'] });
const UNKNOWN = healthy({ state: 'unknown', score: null });

describe('incidentChange', () => {
  it('changes nothing of what is well', () => {
    expect(change(seen({ good: 3 }))).toBeNull();
  });

  it.each([
    { phase: 'finished', blamed: 'deployment_regression' },
    { phase: 'failed', blamed: 'unknown' },
    { phase: 'started', blamed: 'unknown' },
  ] as const)('blames $blamed on what has $phase', ({ phase, blamed }) => {
    const deployment = {
      ...{ id: 'd-1', componentId, component: 'shop', version: 'v7', kind: 'deployment' as const },
      ...{ phase, commit: null, platformRef: null, actor: null, oneWay: null },
      ...{ startedAt: ago(700), endedAt: phase === 'started' ? null : ago(570) },
    };
    const errors = healthy({ state: 'failing', breaching: ['error_rate'] });
    const rates = Array.from({ length: 40 }, (_, i) => (i < 30 ? 0.01 : 0.3));
    const window = windowOf({ error_rate: rates });
    const one = seen({ state: 'failing', bad: 3 }, { assessment: errors, deployment, window });
    expect(change(one)).toMatchObject({ incident: { plan: { situation: blamed } } });
  });

  it.each([
    ['samples', seen({ state: 'failing', bad: 3 }, { assessment: FAILING })],
    ['probe', seen({ failedProbes: 3 }, { assessment: UNKNOWN })],
    [
      'prediction',
      seen({ raised: 'critical', bad: 3 }, { assessment: healthy({ prediction: leaking() }) }),
    ],
    ['alert', seen({}, { alerts: [alert()] })],
  ])('opens an incident, and says that %s opened it', (openedBy, one) => {
    expect(change(one)).toMatchObject({ kind: 'open', incident: { openedBy } });
  });

  it('keeps when a failure was predicted for', () => {
    const one = seen(
      { raised: 'critical', bad: 3 },
      { assessment: healthy({ prediction: leaking() }) },
    );
    expect(change(one)).toMatchObject({
      incident: { kind: 'predicted', predictedFailureAt: ago(-1500) },
    });
  });

  it.each([
    ['warning', null],
    ['high', 'high'],
    ['critical', 'critical'],
  ])('takes an alert of severity %s for an incident of severity %s', (given, severity) => {
    const changed = change(seen({}, { alerts: [alert(given)] }));
    if (severity === null) expect(changed).toBeNull();
    else expect(changed).toMatchObject({ kind: 'open', incident: { severity } });
  });

  it.each([
    ['alert', [alert()], null],
    ['alert', [], 'close'],
    ['samples', [alert()], 'close'],
  ] as const)(
    'after good assessments of what %s opened, with alerts %o: %s',
    (by, alerts, kind) => {
      const changed = change(seen({ good: 5 }, { incident: open({ openedBy: by }), alerts }));
      expect(changed?.kind ?? null).toBe(kind);
    },
  );

  it.each([
    ['alert', [], 'close'],
    ['alert', [alert()], null],
    ['samples', [], null],
  ] as const)('of a silent component that %s opened, with alerts %o: %s', (by, alerts, kind) => {
    const one = seen({}, { incident: open({ openedBy: by }), alerts, assessment: UNKNOWN });
    expect(change(one)?.kind ?? null).toBe(kind);
  });

  it('raises what was only predicted once it fails', () => {
    const one = seen(
      { state: 'failing', bad: 3 },
      { assessment: FAILING, incident: open({ kind: 'predicted', severity: 'high' }) },
    );
    expect(change(one)).toMatchObject({
      kind: 'escalate',
      incidentKind: 'failing',
      severity: 'critical',
    });
  });
});

describe('incidentChange, of an incident whose cause was unknown', () => {
  const UNKNOWN_PLAN: Plan = { situation: 'unknown', cause: 'no known pattern', steps: [PAGE] };
  const HUNG = { failedProbes: 3, silentProbes: 3 };
  const unexplained = (changes: Partial<StoredIncident> = {}) =>
    open({ kind: 'failing', severity: 'critical', plan: UNKNOWN_PLAN, ...changes });
  const looked = (memory: Partial<Memory>, incident: StoredIncident) =>
    change(seen(memory, { assessment: UNKNOWN, incident, watched: withPlatform() }));

  /** At a platform that can restart it. */
  function withPlatform(): Seen['watched'] {
    const { watched } = seen({});
    const { platform } = ComponentConfig.parse({
      platform: { type: 'render', service_id: 'srv-1' },
    });
    return { ...watched, component: { ...watched.component, platform } };
  }

  it('plans anew once a cause can be seen', () => {
    const changed = looked(HUNG, unexplained({ step: 1, needsPerson: true }));
    expect(changed).toMatchObject({
      kind: 'replan',
      componentId,
      plan: { situation: 'down', anew: true },
    });
    expect(
      changed?.kind === 'replan' && changed.plan.steps.map(({ action }) => action.name),
    ).toEqual(['restart', 'page']);
  });

  it.each([
    ['a cause that nothing is done about', { ...HUNG, silentProbes: 0 }, {}],
    ['trouble that is over', { failedProbes: 0, silentProbes: 0 }, {}],
    ['what a person has taken up', HUNG, { acknowledgedBy: 'ann' }],
    ['a plan for a known cause', HUNG, { plan: incident().plan }],
    [
      'a plan by a healing rule',
      HUNG,
      { plan: { ...UNKNOWN_PLAN, rule: { name: 'mine' } as PlanRule } },
    ],
  ] as const)('leaves %s as it is', (_, memory, changes) => {
    expect(looked(memory, unexplained(changes))?.kind).not.toBe('replan');
  });
});

describe('incidentStatements', () => {
  const openings = async () => {
    const rows = await stack.app.sql`
      select id::text from incidents where component_id = ${componentId}::int and closed_at is null`;
    return rows.map((row) => String(row['id']));
  };

  it('open one incident of a component, though two sweeps have decided to, and tell of that one', async () => {
    const alerted = () => {
      const changed = change(seen({}, { alerts: [alert()] }));
      return changed === null ? [] : [changed];
    };
    const changes = [alerted(), alerted()];
    await Promise.all(
      changes.map((one) => stack.app.sql.transaction(incidentStatements(stack.app.sql, one))),
    );
    const [id, ...more] = await openings();
    expect(more).toEqual([]);
    expect(await timeline(stack.app, id ?? '')).toEqual(['opened']);
    const [row] = await stack.app.sql`select count(*)::int as rows from incident_events`;
    expect(row).toEqual({ rows: 1 });
  });

  it('tell what else was unusual then, though nothing rests on it', async () => {
    const anomalies = [
      {
        metric: 'queue_depth',
        score: 0.9,
        detector: 'robust z',
        value: 900,
        usual: 40,
        firedAt: NOW.getTime(),
        text: 'queue_depth is at 900',
      },
    ] as const;
    const opened = (more: object) => {
      const assessment = healthy({ state: 'failing', breaching: ['cpu_usage'], ...more });
      return change(seen({ state: 'failing' }, { assessment }));
    };
    const with_ = opened({ anomalies });
    expect(with_).toMatchObject({ kind: 'open', besides: ['queue_depth is at 900'] });
    const without = opened({});
    const whyOf = (one: IncidentChange | null) => (one?.kind === 'open' ? one.why : null);
    expect(whyOf(with_)).toBe(whyOf(without));
    expect(change(seen({}, { assessment: healthy({ anomalies }) }))).toBeNull();
  });

  it('close it, and tell of each change once, however often they are carried out', async () => {
    const [id = ''] = await openings();
    const close = [{ kind: 'close', id, why: 'it is well' }] as const;
    for (let i = 0; i < 2; i += 1) {
      await stack.app.sql.transaction(incidentStatements(stack.app.sql, close));
    }
    expect(await openings()).toEqual([]);
    expect(await timeline(stack.app, id)).toEqual(['opened', 'closed']);
  });

  it('tell of every cause that fits, one line each, the one that the plan is made for first', async () => {
    const assessment = healthy({ state: 'failing', breaching: ['cpu_usage'] });
    const one = change(seen({ state: 'failing' }, { assessment, upstreamBad: 'billing' }));
    if (one?.kind !== 'open') throw new Error('nothing was opened');
    for (let i = 0; i < 2; i += 1) {
      await stack.app.sql.transaction(incidentStatements(stack.app.sql, [one]));
    }
    const [id = ''] = await openings();
    const rows = await stack.app.sql`
      select kind, text from incident_events where incident_id = ${id}::uuid order by id`;
    expect(rows).toEqual([
      { kind: 'opened', text: expect.stringContaining('it depends on billing, which is failing') },
      {
        kind: 'cause',
        text: expect.stringMatching(/^the cause may also be, on weak evidence: cpu_usage /),
      },
    ]);
    await stack.app.sql.transaction(
      incidentStatements(stack.app.sql, [{ kind: 'close', id, why: 'it is well' }]),
    );
  });

  it('are none for no change', () => {
    expect(incidentStatements(stack.app.sql, [])).toEqual([]);
  });
});
