import { type App, settingsOf } from '../app.js';
import { ComponentConfig } from '../domain/component.js';
import type { Plan } from '../domain/decide/incident.js';
import { NO_MEMORY } from '../domain/decide/memory.js';
import { modeUnder } from '../domain/decide/rules/plan-rule.js';
import { assessmentJson } from '../domain/health/assessment-json.js';
import type { StatedLimits } from '../domain/metrics.js';
import { NO_PAST } from '../domain/past/past.js';
import { AppError } from '../errors.js';
import { componentsById, findComponent } from '../store/components.js';
import { readControl } from '../store/control.js';
import { readIncidents, selectIncidents } from '../store/incidents.js';
import type { NamedSample } from '../store/samples.js';
import { askGuards } from './ask-guards.js';
import { assessWatched } from './assess.js';
import { calibrationInForce } from './calibration-in-force.js';
import { lookNow } from './look-now.js';
import { planNow } from './plan-now.js';

/**
 * Answer what is known of a component's future, and the plan that would be followed now, with every
 * guard's verdict on each step.
 *
 * @throws {AppError} `not_found`
 */
export async function predictComponent(app: App, name: string): Promise<object> {
  const component = await findComponent(app.sql, name);
  if (component === null) throw new AppError('not_found', `there is no component ${name}`);
  const control = await readControl(app.sql);
  const settings = settingsOf(app.baseSettings, control?.settings ?? {});
  const [look, open] = await Promise.all([
    lookNow(app, component.id, settings, control),
    selectIncidents(app.sql, { state: 'open', limit: 5000 }).then(readIncidents),
  ]);
  if (look === null) throw new AppError('not_found', `there is no component ${name}`);
  const own = open.find(({ componentId }) => componentId === component.id);
  const troubled = own !== undefined || look.assessment.prediction.level !== null;
  const bad = new Set(open.map((incident) => incident.component));
  const plan =
    own?.plan ?? (troubled ? await planNow(app, { component, look, bad, settings }) : null);
  return {
    ...assessmentJson(look.assessment),
    incident_id: own?.id ?? null,
    rule: troubled ? (plan?.rule ?? null) : null,
    plan: plan === null ? [] : await planWithVerdicts(app, component.id, plan),
  };
}

async function planWithVerdicts(app: App, componentId: number, plan: Plan): Promise<object[]> {
  const component = (await componentsById(app.sql, [componentId])).get(componentId);
  return Promise.all(
    plan.steps.map(async ({ action, why, expects }) => {
      if (component === undefined || action.name === 'page' || action.name === 'hold') {
        return { action: action.name, params: {}, why, expects, mode: null, verdicts: [] };
      }
      const { name, ...params } = action;
      const asked = await askGuards(app, {
        component,
        action,
        origin: 'automatic',
        overrides: [],
        itself: null,
        rule: plan.rule ?? null,
        premise: null,
      });
      const own = component.modes[name] ?? component.mode;
      const mode = modeUnder(own, plan.rule ?? null, asked.rules.includes(plan.rule?.id ?? ''));
      return {
        action: name,
        params,
        why,
        expects,
        mode,
        ruling: asked.ruling,
        verdicts: asked.verdicts,
      };
    }),
  );
}

/** Answer the same for a series of the caller's own, of which nothing is kept. Pure but for the clock. */
export async function predictSeries(
  app: App,
  samples: readonly NamedSample[],
  limits: StatedLimits,
): Promise<object> {
  const control = await readControl(app.sql);
  const settings = settingsOf(app.baseSettings, control?.settings ?? {});
  const { calibration } = calibrationInForce(app, control?.calibration);
  const times = samples.map(({ sample }) => sample.at.getTime());
  const now = new Date(Math.max(...times));
  const name = samples[0]?.component ?? 'series';
  const config = ComponentConfig.parse({ limits });
  const { assessment } = assessWatched(
    {
      component: { ...config, id: 0, name, createdAt: now },
      samples: samples.map(({ sample }) => sample),
      ...{ memory: NO_MEMORY, past: NO_PAST, resetAt: null },
      firstSampleAt: new Date(Math.min(...times)),
      lastSampleAt: now,
    },
    { settings, now, calibration },
  );
  return { ...assessmentJson(assessment), plan: [] };
}
