import { describe, expect, it } from 'vitest';
import { ComponentConfig } from '../../lib/domain/component.js';
import { NO_MEMORY } from '../../lib/domain/decide/memory.js';
import type { KeptRule } from '../../lib/domain/decide/rules/choose-rule.js';
import type { Executors } from '../../lib/flows/executor.js';
import { type Planned, planIncident } from '../../lib/flows/plan-incident.js';
import { AGENT_ACTIONS } from '../../lib/platforms/agent.js';
import { FLY_ACTIONS } from '../../lib/platforms/fly.js';
import { KUBERNETES_ACTIONS } from '../../lib/platforms/kubernetes.js';
import { MCP_ACTIONS } from '../../lib/platforms/mcp.js';
import { RENDER_ACTIONS } from '../../lib/platforms/render.js';
import { VERCEL_ACTIONS } from '../../lib/platforms/vercel.js';
import { WEBHOOK_ACTIONS } from '../../lib/platforms/webhook.js';
import { healthy, leaking, NOW, settings, windowOf } from '../domain/decide/build.js';
import { kept } from '../domain/decide/rules/build.js';

const none = { actions: [] };
const platforms: Executors = {
  ...{
    render: none,
    render_postgres: none,
    vercel: none,
    github: none,
    fly: none,
    kubernetes: none,
    webhook: { actions: WEBHOOK_ACTIONS },
    mcp: none,
    neon: none,
  },
  agent: { actions: AGENT_ACTIONS },
};

/** A leak of `shop`, which has an agent and a label. */
function planned(rules: readonly KeptRule[], upstreamBad: string | null = null): Planned {
  const config = ComponentConfig.parse({ platform: { type: 'agent' }, labels: { tier: 'gold' } });
  return {
    // A plan looks at nothing else of what is watched.
    watched: {
      component: { ...config, id: 1, name: 'shop', createdAt: NOW },
      agentPresent: true,
      instances: null,
    } as Planned['watched'],
    assessment: healthy({ prediction: leaking(), metrics: { memory_usage: 82, 'queue.depth': 7 } }),
    window: windowOf({ memory_usage: [80, 81, 82] }),
    memory: NO_MEMORY,
    deployment: null,
    upstreamBad,
    provider: { kind: 'well', why: 'no status page is followed' },
    rules,
  };
}

const plan = (rules: readonly KeptRule[], upstreamBad: string | null = null) =>
  planIncident(platforms, planned(rules, upstreamBad), settings(), NOW);
const names = (rules: readonly KeptRule[], upstreamBad: string | null = null) =>
  plan(rules, upstreamBad).steps.map(({ action }) => action.name);

const RESTART = { plan: [{ name: 'scale', to: 3 }, { name: 'restart' }], mode: 'approve' };
const gold = (more: object = {}) =>
  kept({ when: { labels: { tier: 'gold' }, ...more }, effect: RESTART });

describe('planIncident', () => {
  it.each([
    [{ type: 'webhook', target: 'shop', actions: ['restart'] }, ['restart', 'page']],
    [{ type: 'vercel', project_id: 'prj_1' }, ['page']],
    [{ type: 'mcp', server: 'ops', rest: { type: 'vercel', project_id: 'prj_1' } }, ['page']],
    [{ type: 'agent' }, ['page']],
  ])('starts what hangs anew where it has a process, and somebody who can: %j', (given, steps) => {
    const { platform } = ComponentConfig.parse({ platform: given });
    const seen = planned([]);
    const component = { ...seen.watched.component, platform };
    const hung = planIncident(
      { ...platforms, vercel: { actions: VERCEL_ACTIONS }, mcp: { actions: MCP_ACTIONS } },
      {
        ...seen,
        watched: { ...seen.watched, component, agentPresent: false },
        assessment: healthy({ state: 'unknown', metrics: {} }),
        memory: { ...NO_MEMORY, failedProbes: 3, silentProbes: 3 },
      },
      settings(),
      NOW,
    );
    expect(hung.situation).toBe('down');
    expect(hung.steps.map(({ action }) => action.name)).toEqual(steps);
  });

  it('fails over to a standby that is ready, and to no other', () => {
    const down = (isReady: boolean) => {
      const standby = { name: 'shop-eu', isReady, why: 'shop-eu is so' };
      const seen = { ...planned([]), memory: { ...NO_MEMORY, failedProbes: 9 }, standby };
      const { watched } = seen;
      const platform = { type: 'webhook', target: 'shop', actions: ['fail_over'] };
      const component = ComponentConfig.parse({ platform });
      const moved = { ...watched, component: { ...watched.component, ...component } };
      const assessment = healthy({ metrics: {} });
      return planIncident(platforms, { ...seen, assessment, watched: moved }, settings(), NOW);
    };
    expect(down(true)).toMatchObject({
      situation: 'down',
      steps: [{ action: { name: 'fail_over', to: 'shop-eu' } }, { action: { name: 'page' } }],
    });
    expect(down(false).steps.map(({ action }) => action.name)).toEqual(['page']);
  });

  it('does not take traffic that comes back for more than was usual', () => {
    const scaled = ComponentConfig.parse({
      platform: { type: 'webhook', target: 'shop', actions: ['scale', 'restart'] },
      scale: { min: 1, max: 9 },
    });
    const situation = (usual: number): string => {
      const seen = planned([]);
      const component = { ...seen.watched.component, ...scaled };
      const rates = [
        ...Array.from({ length: 15 }, () => 10),
        ...Array.from({ length: 5 }, () => 50),
      ];
      const cpu = rates.map(() => 99);
      const mean = Array.from({ length: 100 }, () => usual);
      const kept = { last: 0, mean, min: mean, max: mean, survived: Number.NaN };
      return planIncident(
        platforms,
        {
          ...seen,
          watched: { ...seen.watched, component, instances: 2 },
          assessment: healthy({ breaching: ['cpu_usage'], metrics: { cpu_usage: 99 } }),
          window: windowOf({ cpu_usage: cpu, request_rate: rates }),
          past: { bucketS: 900, metrics: { request_rate: kept } },
        },
        settings(),
        NOW,
      ).situation;
    };
    expect(situation(10)).toBe('saturation_with_traffic');
    expect(situation(50)).toBe('cpu_saturation');
  });

  it('makes the built-in plan without a rule', () => {
    expect(names([])).toEqual(['clean_memory', 'restart', 'page']);
    expect(plan([]).rule).toBeUndefined();
  });

  it('makes the plan of the first rule that matches what is known as it opens', () => {
    const more = {
      situations: ['leak'],
      levels: ['critical'],
      metrics: [{ metric: 'queue.depth', above: 5 }],
      time: { zone: 'UTC', from: '12:00', to: '12:01' },
    };
    expect(names([gold(more)])).toEqual(['restart', 'page']);
    expect(plan([gold(more)])).toMatchObject({
      situation: 'leak',
      rule: { name: 'night', made_plan: true, mode: 'approve' },
    });
  });

  it.each([
    ['another time', { time: { zone: 'Europe/Berlin', from: '12:00', to: '12:01' } }],
    ['another metric', { metrics: [{ metric: 'disk_usage', above: 0 }] }],
    ['another cause', { causes: ['database'] }],
  ])('keeps the built-in plan where a rule is for %s', (_, more) => {
    expect(plan([gold(more)])).toEqual(plan([]));
  });

  it('does nothing here for a fault that lies upstream', () => {
    expect(names([gold()], 'billing')).toEqual(['hold', 'page']);
  });

  it.each([
    ['render', { type: 'render', service_id: 'srv-1' }, RENDER_ACTIONS],
    ['fly', { type: 'fly', app: 'shop' }, FLY_ACTIONS],
    ['kubernetes', { type: 'kubernetes', deployment: 'shop' }, KUBERNETES_ACTIONS],
  ] as const)(
    'scales up from what %s was last seen to run, and not where nobody knows',
    (name, ref, actions) => {
      const rising = Array.from({ length: 60 }, (_, i) => 50 + i);
      const given = planned([]);
      const component = {
        ...given.watched.component,
        platform: ComponentConfig.parse({ platform: ref }).platform,
        scale: { min: 1, max: 4 },
      };
      const able = { ...platforms, [name]: { actions } };
      const planOf = (instances: number | null) =>
        planIncident(
          able,
          {
            ...given,
            watched: { ...given.watched, component, instances },
            assessment: healthy({
              breaching: ['cpu_usage'],
              state: 'failing',
              metrics: { cpu_usage: 99 },
            }),
            window: windowOf({ cpu_usage: rising.map(() => 99), request_rate: rising }),
          },
          settings(),
          NOW,
        );
      expect(planOf(2)).toMatchObject({
        situation: 'saturation_with_traffic',
        steps: [{ action: { name: 'scale', to: 3 } }, { action: { name: 'page' } }],
      });
      for (const unknown of [null, 4]) {
        expect(planOf(unknown).steps).toMatchObject([{ action: { name: 'page' } }]);
      }
    },
  );
});
