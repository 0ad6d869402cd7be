import { describe, expect, it } from 'vitest';
import type { Plan } from '../../lib/domain/decide/incident.js';
import { NO_MEMORY } from '../../lib/domain/decide/memory.js';
import { upstreamPlan } from '../../lib/domain/decide/plan.js';
import { decideRound, type Round } from '../../lib/flows/decide-round.js';
import type { Executors } from '../../lib/flows/executor.js';
import { agentPlatform } from '../../lib/platforms/agent.js';
import { flyPlatform } from '../../lib/platforms/fly.js';
import { gitHubPlatform } from '../../lib/platforms/github.js';
import { kubernetesPlatform } from '../../lib/platforms/kubernetes.js';
import { MCP_ACTIONS } from '../../lib/platforms/mcp.js';
import { NEON_ACTIONS } from '../../lib/platforms/neon.js';
import { renderPlatform } from '../../lib/platforms/render.js';
import { RENDER_POSTGRES_ACTIONS } from '../../lib/platforms/render-postgres.js';
import { vercelPlatform } from '../../lib/platforms/vercel.js';
import { webhookPlatform } from '../../lib/platforms/webhook.js';
import type { LastSeen } from '../../lib/store/component-state.js';
import type { ComponentView } from '../../lib/store/components.js';
import type { DecisionFacts } from '../../lib/store/decision-fact-rows.js';
import type { StoredIncident } from '../../lib/store/incidents.js';
import type { StoredRecovery } from '../../lib/store/recoveries.js';
import {
  ago,
  goodEvidence,
  incident,
  leakPremise,
  NOW,
  recovery,
  settings,
} from '../domain/decide/build.js';

/** The real ones, for what they can do; nothing is called. */
const platforms: Executors = {
  render: renderPlatform({
    baseUrl: 'https://render.example',
    credential: () => 'x',
    fetch,
    now: () => NOW,
  }),
  vercel: vercelPlatform({
    baseUrl: 'https://vercel.example',
    credential: () => 'x',
    fetch,
    now: () => NOW,
  }),
  github: gitHubPlatform({
    baseUrl: 'https://github.example',
    credential: () => 'x',
    fetch,
    now: () => NOW,
  }),
  fly: flyPlatform({
    baseUrl: 'https://fly.example',
    credential: () => 'x',
    fetch,
    now: () => NOW,
  }),
  kubernetes: kubernetesPlatform({
    address: () => 'https://kubernetes.example',
    credential: () => 'x',
    fetch,
    now: () => NOW,
  }),
  neon: { actions: NEON_ACTIONS },
  render_postgres: { actions: RENDER_POSTGRES_ACTIONS },
  webhook: webhookPlatform({
    address: () => 'https://webhook.example/actions',
    credential: () => 'x',
    fetch,
    now: () => NOW,
  }),
  mcp: { actions: MCP_ACTIONS },
  agent: agentPlatform({ lay: async () => [], statuses: async () => [] }),
};

const component = (id: number, changes: Partial<ComponentView> = {}): ComponentView => ({
  id,
  name: `shop-${id}`,
  createdAt: ago(1e6),
  platform: { type: 'render', service_id: `srv-${id}`, credential: 'RENDER_API_KEY' },
  database: null,
  providers: [],
  mode: 'auto',
  modes: {},
  limits: {},
  scale: null,
  depends_on: [],
  standby: null,
  group: null,
  health_url: null,
  refs: [],
  labels: {},
  assessment: null,
  assessedAt: null,
  incidentId: null,
  agentPresent: true,
  ...changes,
});

const seen = (componentId: number, changes: Partial<LastSeen> = {}): LastSeen => ({
  componentId,
  memory: { ...NO_MEMORY, bad: 3, badAt: [150, 90, 30].map((s) => ago(s).getTime()) },
  evidence: goodEvidence(),
  premise: leakPremise(),
  lastSampleAt: ago(5),
  timeToFailureS: null,
  ...changes,
});

const open = (id: number, changes: Partial<StoredIncident> = {}): StoredIncident => ({
  ...incident({ id: `incident-${id}`, componentId: id, component: `shop-${id}` }),
  openedBy: 'prediction',
  premise: leakPremise(),
  predictedFailureAt: null,
  failedAt: null,
  closedWhy: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  label: null,
  refusal: null,
  ...changes,
});

interface Given {
  readonly components?: readonly ComponentView[];
  readonly incidents?: readonly StoredIncident[];
  readonly recoveries?: readonly StoredRecovery[];
  readonly seen?: readonly LastSeen[];
  readonly facts?: Partial<DecisionFacts>;
}

function round(given: Given): Round {
  const components = given.components ?? [component(1)];
  const incidents = given.incidents ?? [open(1)];
  return {
    facts: {
      now: NOW,
      version: '1',
      paused: false,
      pausedWhy: null,
      settings: {},
      stormSince: null,
      calmSince: null,
      components: 100,
      providers: [],
      standbys: [],
      platforms: [],
      bad: incidents.length,
      openIncidents: incidents.map(({ component, openedAt, kind }) => ({
        component,
        since: openedAt,
        isFailing: kind === 'failing',
        isOwnChange: false,
      })),
      closedIncidents: [],
      unsureUpstreams: [],
      dependencies: components
        .filter(({ depends_on }) => depends_on.length > 0)
        .map(({ name, depends_on }) => ({ name, on: [...depends_on] })),
      commonCauses: [],
      predictedIncidents: [],
      rules: [],
      incidentRules: [],
      freezes: [],
      deployments: [],
      recent: [],
      ...given.facts,
    },
    settings: settings(),
    incidents,
    recoveries: given.recoveries ?? [],
    components: new Map(components.map((one) => [one.id, one])),
    seen: new Map(
      (given.seen ?? components.map(({ id }) => seen(id))).map((one) => [one.componentId, one]),
    ),
  };
}

const decided = (given: Given) =>
  decideRound(platforms, round(given)).map((decision) => ({
    kind: decision.kind,
    component: decision.incident.component,
    action: decision.kind === 'page' ? null : decision.action.name,
  }));

/** A clean-up of the incident that was carried out, and how it ended. */
function cleaned(state: 'failed' | 'succeeded', endedAgoS: number): Given {
  const ended = { state, endedAt: ago(endedAgoS) };
  const own = recovery({ incidentId: 'incident-1', startedAt: ago(200), ...ended });
  return {
    recoveries: [{ ...own, target: null, after: null, sealed: null, approvedBy: null }],
    facts: {
      recent: [
        {
          id: own.id,
          componentId: 1,
          component: 'shop-1',
          group: null,
          incidentId: 'incident-1',
          action: 'clean_memory',
          origin: 'automatic',
          beganAt: ago(200),
          actedAt: ago(190),
          ...ended,
        },
      ],
    },
  };
}

/** What a sweep sees just after an action: the window has begun anew. */
const anew = seen(1, {
  memory: NO_MEMORY,
  evidence: goodEvidence({ agreeing: 0 }),
  premise: leakPremise({ probability: 0.008, level: null, metrics: {} }),
});

describe('decideRound', () => {
  it('claims the first step of an incident', () => {
    expect(decided({})).toEqual([{ kind: 'claim', component: 'shop-1', action: 'clean_memory' }]);
  });

  it.each([
    [false, 'begins'],
    [true, 'asks a person about'],
  ])('in auto mode, with merge: %j, it %s a revert', (merge) => {
    const rollback = { by: 'revert', base: 'main', merge, merge_method: 'merge' } as const;
    const [step, , page] = incident().plan.steps;
    if (step === undefined || page === undefined) throw new Error('the plan has no steps');
    const action = { name: 'rollback', rollback_type: 'deployment' } as const;
    const plan = { ...incident().plan, steps: [{ ...step, action }, page] };
    const platform = {
      type: 'github',
      repository: 'acme/shop',
      environment: 'production',
      credential: 'GITHUB_APP',
      rollback,
    } as const;
    const [claim] = decideRound(
      platforms,
      round({ components: [component(1, { platform })], incidents: [open(1, { plan })] }),
    );
    expect(claim).toMatchObject({
      kind: 'claim',
      executor: 'github',
      approveBy: merge ? expect.any(Date) : null,
      verdicts: expect.arrayContaining([
        expect.objectContaining({ guard: 'action_class', outcome: merge ? 'ask' : 'pass' }),
      ]),
    });
  });

  it('goes on to the next step once one did not help, though no assessment agrees yet', () => {
    expect(decided({ ...cleaned('failed', 5), seen: [anew] })).toEqual([
      { kind: 'claim', component: 'shop-1', action: 'restart' },
    ]);
  });

  it('judges the next step by what the incident was opened for, not by a window that began anew', () => {
    const given = round({ ...cleaned('failed', 5), seen: [anew] });
    const [claim] = decideRound(platforms, given);
    expect(claim).toMatchObject({
      kind: 'claim',
      premise: { level: 'critical', probability: 0.8 },
    });
    const [first] = decideRound(
      platforms,
      round({ seen: [seen(1, { premise: leakPremise({ probability: 0.9 }) })] }),
    );
    expect(first).toMatchObject({ kind: 'claim', premise: { probability: 0.9 } });
  });

  it('lets a step that helped be, and goes on only when the trouble is seen again after it', () => {
    expect(decided({ ...cleaned('succeeded', 5), seen: [anew] })).toEqual([]);
    // Three bad assessments, but all from before the end.
    expect(decided(cleaned('succeeded', 20))).toEqual([]);
    expect(decided(cleaned('succeeded', 160))).toEqual([
      { kind: 'claim', component: 'shop-1', action: 'restart' },
    ]);
  });

  it('holds what depends on a component that has an incident, also in the same round', () => {
    const both: Given = {
      components: [component(1, { depends_on: ['shop-2'] }), component(2)],
      incidents: [open(1), open(2)],
    };
    expect(decided(both)).toEqual([
      { kind: 'refused', component: 'shop-1', action: 'clean_memory' },
      { kind: 'claim', component: 'shop-2', action: 'clean_memory' },
    ]);
    const fails = { since: ago(60), isFailing: true, isOwnChange: false };
    const upstream = {
      openIncidents: ['shop-1', 'shop-2'].map((one) => ({ component: one, ...fails })),
    };
    const alone: Given = {
      components: [component(1, { depends_on: ['shop-2'] })],
      facts: upstream,
    };
    expect(decided(alone)).toMatchObject([{ kind: 'refused' }]);
  });

  it('leaves what depends on a component alone until that has been well for a while', () => {
    const shop = component(1, { depends_on: ['shop-2'] });
    const closed = (closedAt: Date) => [
      { component: 'shop-2', since: ago(900), isFailing: true, isOwnChange: false, closedAt },
    ];
    const well = (agoS: number, plan?: Plan) =>
      decided({
        components: [shop],
        incidents: [open(1, plan === undefined ? {} : { plan })],
        facts: { closedIncidents: closed(ago(agoS)) },
      });
    expect(well(179)).toEqual([{ kind: 'refused', component: 'shop-1', action: 'clean_memory' }]);
    expect(well(180)).toEqual([{ kind: 'claim', component: 'shop-1', action: 'clean_memory' }]);
    // Nor is a person asked about it at once.
    expect(well(179, upstreamPlan('shop-2'))).toEqual([]);
    expect(well(180, upstreamPlan('shop-2'))).toMatchObject([{ kind: 'page' }]);
  });

  it('treats the one root that 500 of 2,000 fail by, and nothing else', () => {
    const ids = Array.from({ length: 501 }, (_, i) => i + 1);
    // A tree: whoever is numbered higher depends on half of its number, and so in the end on the first.
    const components = ids.map((id) =>
      component(id, { depends_on: id === 1 ? [] : [`shop-${Math.floor(id / 2)}`] }),
    );
    const given: Given = {
      components,
      incidents: ids.map((id) => open(id)),
      facts: { components: 1200, stormSince: ago(60) },
    };
    const claims = decided(given).filter(({ kind }) => kind === 'claim');
    expect(claims.map(({ component: name }) => name)).toEqual(['shop-1']);
  });

  it('does nothing in a storm that no single root accounts for', () => {
    const ids = Array.from({ length: 500 }, (_, i) => i + 1);
    const components = ids.map((id) =>
      component(id, { depends_on: id > 200 ? [`shop-${1 + (id % 200)}`] : [] }),
    );
    const given: Given = {
      components,
      incidents: ids.map((id) => open(id)),
      facts: { components: 1200 },
    };
    expect(new Set(decided(given).map(({ kind }) => kind))).toEqual(new Set(['refused']));
  });

  it('counts within a round what it has claimed in it, the most severe first', () => {
    const ids = [1, 2, 3];
    const given: Given = {
      components: ids.map((id) => component(id)),
      incidents: ids.map((id) => open(id, { severity: id === 3 ? 'critical' : 'high' })),
      facts: { components: 10 },
    };
    // A fifth of ten components may be in recovery at once.
    expect(decided(given).map(({ kind, component: name }) => `${kind} ${name}`)).toEqual([
      'claim shop-3',
      'claim shop-1',
      'refused shop-2',
    ]);
  });

  it('takes a step that nobody can carry out for done', () => {
    const given: Given = { components: [component(1, { agentPresent: false })] };
    expect(decided(given)).toEqual([{ kind: 'claim', component: 'shop-1', action: 'restart' }]);
  });
});
