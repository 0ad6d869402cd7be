import type { Assessment, Prediction } from '../../../lib/domain/assessment.js';
import { ACTION_CLASS, type Action } from '../../../lib/domain/decide/action.js';
import type { EvidenceFacts, FleetFacts, GuardFacts } from '../../../lib/domain/decide/facts.js';
import type { Incident } from '../../../lib/domain/decide/incident.js';
import type { Premise, Recovery } from '../../../lib/domain/decide/recovery.js';
import type { Bad } from '../../../lib/domain/decide/suspects.js';
import { DEFAULT_SETTINGS, Settings } from '../../../lib/domain/settings.js';
import type { Series, Window } from '../../../lib/domain/window.js';

/** The instant of all these tests. */
export const NOW = new Date('2026-03-01T12:00:00Z');

/** The instant so many seconds before {@link NOW}; negative is after it. */
export function ago(seconds: number): Date {
  return new Date(NOW.getTime() - seconds * 1000);
}

/** The default settings with some changed. */
export function settings(changes: Partial<Settings> = {}): Settings {
  return Settings.parse({ ...DEFAULT_SETTINGS, ...changes });
}

/** One action of each name. */
export const ACTIONS: readonly Action[] = [
  { name: 'restart' },
  { name: 'rollback', rollback_type: 'deployment' },
  { name: 'scale', to: 3 },
  { name: 'clean_memory' },
  { name: 'reset_database' },
  { name: 'fail_over', to: 'eu' },
];

/** Evidence that is good enough in every respect. */
export function goodEvidence(changes: Partial<EvidenceFacts> = {}): EvidenceFacts {
  return {
    state: 'failing',
    agreeing: 3,
    lastSampleAgeS: 10,
    cadenceS: 30,
    freshShare: 1,
    historyS: 7 * 86_400,
    ratioOnly: false,
    requests: 100,
    breachingInARow: 3,
    failedProbes: 0,
    ...changes,
  };
}

/** A fleet in which one component is bad. */
export function calmFleet(changes: Partial<FleetFacts> = {}): FleetFacts {
  return {
    components: 10,
    inRecovery: 0,
    bad: 1,
    badDependants: 0,
    stormSince: null,
    calmSince: null,
    ...changes,
  };
}

/** Facts that every guard lets pass. */
export function facts(changes: Partial<GuardFacts> = {}): GuardFacts {
  const { action = { name: 'restart' } as const } = changes;
  return {
    component: 'shop',
    action,
    actionClass: ACTION_CLASS[action.name],
    origin: 'automatic',
    overrides: [],
    control: { paused: false, why: null },
    freezes: [],
    deployment: null,
    mode: 'auto',
    executor: 'render',
    scale: null,
    evidence: goodEvidence(),
    inFlight: { component: false, groupMember: null },
    lastBegan: {},
    restartsLastHour: [],
    rollbacksInIncident: 0,
    automaticLastDay: [],
    fleet: calmFleet(),
    reach: { own: 0, lastHour: 0 },
    breaker: { failures: [], lastSuccessAt: null },
    failedStep: null,
    upstreamBad: null,
    standby: null,
    unsureUpstream: null,
    provider: { kind: 'well', why: 'no status page is followed' },
    commonCause: null,
    stateChanges: [],
    premise: null,
    ...changes,
  };
}

/** A prediction that sees nothing coming. */
export function quiet(changes: Partial<Prediction> = {}): Prediction {
  return {
    probability: 0.02,
    level: null,
    horizons: { '1h': 0.02, '6h': 0.05, '24h': 0.1 },
    timeToFailureS: null,
    reasons: [],
    evidence: [],
    ...changes,
  };
}

/** A prediction of a leak within the hour. */
export function leaking(changes: Partial<Prediction> = {}): Prediction {
  return quiet({
    probability: 0.8,
    level: 'critical',
    horizons: { '1h': 0.8, '6h': 0.9, '24h': 0.95 },
    timeToFailureS: { low: 900, likely: 1500, high: 2400 },
    reasons: ['Memory leak detected'],
    evidence: [
      {
        reason: 'Memory leak detected',
        metric: 'memory_usage',
        instance: null,
        now: 82,
        limit: 97.5,
        slopePerHour: 37,
        crossesAt: { low: ago(-900), likely: ago(-1500), high: ago(-2400) },
        text: 'memory_usage is at 82 and rises by 37 an hour',
      },
    ],
    ...changes,
  });
}

/** A healthy component with samples. */
export function healthy(changes: Partial<Assessment> = {}): Assessment {
  return {
    component: 'shop',
    score: 100,
    trend: 'stable',
    warnings: [],
    prediction: quiet(),
    leak: null,
    state: 'healthy',
    breaching: [],
    metrics: { cpu_usage: 30, memory_usage: 40, error_rate: 0, latency_ms: 120 },
    samples: 120,
    asOf: NOW,
    ...changes,
  };
}

/** The premise of a recovery from a leak. */
export function leakPremise(changes: Partial<Premise> = {}): Premise {
  return {
    probability: 0.8,
    level: 'critical',
    score: 80,
    reasons: ['Memory leak detected'],
    breaching: [],
    metrics: { memory_usage: 82 },
    ...changes,
  };
}

/** An open incident with a plan of a clean-up, a restart, and a person. */
export function incident(changes: Partial<Incident> = {}): Incident {
  return {
    id: '0195-incident',
    componentId: 1,
    component: 'shop',
    kind: 'predicted',
    state: 'open',
    severity: 'critical',
    plan: {
      situation: 'leak',
      cause: 'memory leaks',
      steps: [
        { action: { name: 'clean_memory' }, why: 'frees memory', expects: 'less', proof: 'memory' },
        { action: { name: 'restart' }, why: 'starts anew', expects: 'less', proof: 'memory' },
        {
          action: { name: 'page' },
          why: 'nothing is left',
          expects: 'a person',
          proof: 'an answer',
        },
      ],
    },
    step: 0,
    needsPerson: false,
    openedAt: ago(60),
    closedAt: null,
    acknowledgedBy: null,
    ...changes,
  };
}

/** A recovery of {@link incident}'s first step. */
export function recovery(changes: Partial<Recovery> = {}): Recovery {
  return {
    id: '0195-recovery',
    componentId: 1,
    component: 'shop',
    incidentId: '0195-incident',
    step: 0,
    action: { name: 'clean_memory' },
    executor: 'agent',
    origin: 'automatic',
    state: 'planned',
    why: 'memory leaks',
    requestedBy: null,
    verdicts: [],
    token: 0,
    attempts: 0,
    claimedUntil: null,
    createdAt: NOW,
    startedAt: null,
    calledAt: null,
    actedAt: null,
    verifyAt: null,
    approveBy: null,
    endedAt: null,
    before: null,
    inverse: null,
    undoes: null,
    result: null,
    error: null,
    proof: null,
    premise: leakPremise(),
    ...changes,
  };
}

/** A series that ends at {@link NOW}, one point per `cadenceS`. */
export function series(y: readonly number[], cadenceS = 60): Series {
  return {
    at: y.map((_, i) => NOW.getTime() - (y.length - 1 - i) * cadenceS * 1000),
    y,
    instance: y.map(() => ''),
  };
}

/** A window of such series. */
export function windowOf(
  metrics: Readonly<Record<string, readonly number[]>>,
  changes: Partial<Window> = {},
): Window {
  const cadenceS = changes.cadenceS ?? 60;
  const lines = Object.entries(metrics).map(([name, y]) => [name, series(y, cadenceS)] as const);
  const points = Math.max(0, ...lines.map(([, line]) => line.y.length));
  return {
    series: Object.fromEntries(lines),
    cadenceS,
    points,
    lastAt: points === 0 ? null : NOW,
    firstAt: points === 0 ? null : ago(7 * 86_400),
    instances: points === 0 ? [] : [''],
    ...changes,
  };
}

/** A component whose incident opened so many seconds ago, and which fails. */
export function bad(component: string, agoS: number, changes: Partial<Bad> = {}): Bad {
  return {
    component,
    since: ago(agoS),
    isFailing: true,
    isOwnChange: false,
    ...changes,
  };
}
