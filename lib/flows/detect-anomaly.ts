import { type App, settingsOf } from '../app.js';
import type { Assessment } from '../domain/assessment.js';
import { type Beyond, beyondLimits, beyondText } from '../domain/decide/beyond-limits.js';
import { durationText } from '../domain/decide/duration-text.js';
import { premiseOf } from '../domain/decide/premise.js';
import { assessmentJson } from '../domain/health/assessment-json.js';
import { limitsFor, type Sample } from '../domain/metrics.js';
import type { Settings } from '../domain/settings.js';
import { SECOND } from '../domain/time.js';
import { AppError } from '../errors.js';
import { uuid7 } from '../security/uuid7.js';
import { type ComponentView, findComponent } from '../store/components.js';
import { readControl } from '../store/control.js';
import type { NewIncident } from '../store/incident-lifecycle.js';
import { componentsIn, readIncidents, selectIncidents } from '../store/incidents.js';
import { heal } from './heal.js';
import { incidentStatements } from './incident-statements.js';
import { showIncident } from './incidents.js';
import { type Look, lookNow } from './look-now.js';
import { planNow } from './plan-now.js';
import { storeBatch } from './store-batch.js';

/** Metrics of one moment, and who says so. */
export interface Moment {
  readonly component: string;
  readonly sample: Sample;
  readonly who: string;
}

/** What came of a moment. */
export type Detected =
  | { readonly kind: 'opened' | 'open'; readonly incident: object }
  | { readonly kind: 'nothing'; readonly answer: object };

/**
 * Look at the metrics of a moment: where one is beyond its limits, or a failure is foreseen, open an incident,
 * name its cause and plan, and do what mode and guards allow. The moment is stored like any other sample.
 *
 * A moment that is older than fresh samples may be (`freshIntervals`) is stored and opens nothing.
 * An incident that is open already stays the one; of two callers at once one opens it. Safe to repeat.
 *
 * @throws {AppError} `not_found` for an unknown component
 */
export async function detectAnomaly(
  app: App,
  { component: name, sample, who }: Moment,
): Promise<Detected> {
  const component = await findComponent(app.sql, name);
  if (component === null) throw new AppError('not_found', `there is no component ${name}`);
  const control = await readControl(app.sql);
  const settings = settingsOf(app.baseSettings, control?.settings ?? {});
  await storeBatch(app, [{ component: name, sample }], settings.maxComponents);
  const look = await lookNow(app, component.id, settings, control);
  if (look === null) throw new AppError('not_found', `there is no component ${name}`);
  const limits = limitsFor(Object.keys(sample.values), component.limits, settings);
  const ageS = (look.now.getTime() - sample.at.getTime()) / SECOND;
  if (ageS > settings.freshIntervals * settings.intervalS) {
    return { kind: 'nothing', answer: nothing(look, sample, limits, tooOld(ageS)) };
  }
  const beyond = beyondLimits(sample.values, limits);
  const found = foundIn(look, beyond);
  if (found === null) return { kind: 'nothing', answer: nothing(look, sample, limits) };
  const known = await openId(app, component.id);
  const opened =
    known === null && (await open(app, { component, look, beyond, found, settings, who }));
  await heal(app, component.id);
  const id = known ?? (await openId(app, component.id));
  if (id === null) throw new AppError('conflict', 'the incident was closed meanwhile: ask again');
  return { kind: opened ? 'opened' : 'open', incident: await showIncident(app, id) };
}

/** What is wrong, and how bad it is. */
type Found = Pick<NewIncident, 'kind' | 'severity' | 'openedBy'> & { readonly why: string };

function foundIn({ assessment }: Look, beyond: readonly Beyond[]): Found | null {
  if (beyond.length > 0) {
    const severity = beyond.some(({ isFailure }) => isFailure) ? 'critical' : 'high';
    return { kind: 'failing', severity, openedBy: 'person', why: beyondText(beyond) };
  }
  if (assessment.state === 'failing') {
    const why = `failing on ${assessment.breaching.join(', ')}`;
    return { kind: 'failing', severity: 'critical', openedBy: 'samples', why };
  }
  const { level, reasons } = assessment.prediction;
  if (level !== 'critical' && level !== 'high') return null;
  const why = reasons.join(', ') || `level ${level}`;
  return { kind: 'predicted', severity: level, openedBy: 'prediction', why };
}

/** What was is no trouble of this moment: a retry that comes late must not wake anybody. */
const tooOld = (ageS: number): string =>
  `the moment was ${durationText(ageS)} ago: it is kept, and says nothing of now`;

function nothing(
  { assessment }: Look,
  { values }: Sample,
  limits: object,
  why = 'nothing is beyond its limits, and no failure is foreseen',
): object {
  return {
    incident: null,
    why,
    // A name that is mistyped must not look like a metric that is well.
    without_limits: Object.keys(values).filter((metric) => !(metric in limits)),
    assessment: assessmentJson(assessment),
  };
}

async function openId(app: App, componentId: number): Promise<string | null> {
  const filter = { componentIds: [componentId], state: 'open', limit: 1 } as const;
  const [incident] = readIncidents(await selectIncidents(app.sql, filter));
  return incident?.id ?? null;
}

/** @returns whether it was this caller that opened it */
async function open(
  app: App,
  {
    component,
    look,
    beyond,
    found,
    settings,
    who,
  }: {
    readonly component: ComponentView;
    readonly look: Look;
    readonly beyond: readonly Beyond[];
    readonly found: Found;
    readonly settings: Settings;
    readonly who: string;
  },
): Promise<boolean> {
  const assessment = withMoment(look.assessment, beyond);
  const rows = await selectIncidents(app.sql, { state: 'open', limit: 5000 });
  const bad = componentsIn(rows);
  const seen = { ...look, assessment };
  const plan = await planNow(app, { component, look: seen, bad, settings });
  const inS = assessment.prediction.timeToFailureS?.likely ?? null;
  const { why, ...kind } = found;
  const incident = {
    ...kind,
    id: uuid7(Date.now()),
    componentId: component.id,
    plan,
    premise: premiseOf(assessment),
    predictedFailureAt: inS === null ? null : new Date(look.now.getTime() + inS * SECOND),
  };
  const change = { kind: 'open', incident, why: `${who} says: ${why}` } as const;
  const [opened] = await app.sql.transaction(incidentStatements(app.sql, [change]));
  return (opened?.length ?? 0) > 0;
}

/** The assessment, where what is beyond its limits at this moment breaches: it was not asked to last. */
function withMoment(assessment: Assessment, beyond: readonly Beyond[]): Assessment {
  const now = Object.fromEntries(beyond.map(({ metric, value }) => [metric, value]));
  return {
    ...assessment,
    breaching: [...new Set([...assessment.breaching, ...Object.keys(now)])],
    metrics: { ...assessment.metrics, ...now },
  };
}
