import type { Assessment } from '../assessment.js';
import { quantity } from '../health/quantity.js';
import { limitsFor, type StatedLimits } from '../metrics.js';
import type { Past } from '../past/past.js';
import type { Settings } from '../settings.js';
import type { Window } from '../window.js';
import { byConfidence, type Cause } from './cause.js';
import { durationText } from './duration-text.js';
import { numberText } from './number-text.js';
import type { ProviderNow } from './provider.js';
import { providerCause } from './provider-cause.js';
import { stepUp } from './step-up.js';
import { type TrafficChange, trafficChange } from './traffic-change.js';
import { metricText, predicted, troubledMetrics } from './trouble.js';

/** A deployment, or a change of configuration, that has finished. */
export interface RecentDeployment {
  readonly id: string;
  readonly version: string;
  readonly finishedAt: Date;
  readonly kind: 'deployment' | 'config';
}

/** What {@link diagnose} looks at. */
export interface DiagnoseInput {
  readonly assessment: Assessment;
  readonly window: Window;
  /** What was before it; absent where nothing is kept. */
  readonly past?: Past;
  /** The component's own limits. */
  readonly limits: StatedLimits;
  /** The newest one, however old; null when none is known. */
  readonly recentDeployment: RecentDeployment | null;
  /** Failed probes of `health_url` in a row. */
  readonly failedProbes: number;
  /** The failing component that this one depends on, directly or through others, or null. */
  readonly upstreamBad: string | null;
  /** How the providers fare that it runs on and leans on. */
  readonly provider: ProviderNow;
  /** A standby that is registered and healthy, or null. */
  readonly standby: string | null;
  readonly settings: Settings;
}

type Row = (input: DiagnoseInput) => Cause | null;

/** A latency that is half as high again has stepped up, however far its limit. */
const LATENCY_RISE = 1.5;
/** Metrics of a database's connections or of the pool in front of it; a thread pool is none. */
const DATABASE = /^(db|database|pool)_|(^|_)connection_pool(_|$)|^connections_usage$/;

/**
 * Say what kind of trouble a component is in: the causes that fit, the one that the plan is made for first, the
 * others by how well the evidence carries them.
 *
 * The rows are asked in the order of the harm that a wrong answer does: nothing is done to a component
 * for another's fault, and what stops traffic or takes back a change needs its own proof. Where no row
 * fits, the situation is `unknown`, and a person is asked.
 *
 * @returns at least one
 */
export function diagnose(input: DiagnoseInput): readonly [Cause, ...Cause[]] {
  const [first, ...others] = ROWS.map((row) => row(input)).filter((cause) => cause !== null);
  if (first === undefined) return [unknown(input)];
  const isNew = (cause: Cause, i: number): boolean =>
    cause.situation !== first.situation &&
    others.findIndex(({ situation }) => situation === cause.situation) === i;
  return [first, ...byConfidence(others.filter(isNew))];
}

function unknown({ assessment }: DiagnoseInput): Cause {
  const troubled = [...troubledMetrics(assessment)].join(', ') || 'nothing that is measured';
  const cause = `no known pattern; troubled: ${troubled}`;
  return { situation: 'unknown', cause, confidence: 'weak' };
}

const upstream: Row = ({ upstreamBad }) =>
  upstreamBad === null ? null : upstreamCause(upstreamBad);

/** The cause where another component is to blame. */
export function upstreamCause(name: string): Cause {
  const cause = `it depends on ${name}, which is failing`;
  return { situation: 'upstream', cause, confidence: 'strong' };
}

const providerOut: Row = ({ provider }) =>
  provider.kind === 'out' ? providerCause(provider) : null;

/** With a standby there is something to do about it; without one a more telling row goes first. */
const downWithStandby: Row = (input) => (input.standby === null ? null : down(input));

const down: Row = ({ failedProbes, settings }) => {
  if (failedProbes < settings.breachesToOpen) return null;
  const cause = `down: ${failedProbes} probes in a row failed`;
  return { situation: 'down', cause, confidence: 'strong' };
};

const regression: Row = (input) => {
  const { recentDeployment: recent } = input;
  if (recent === null) return null;
  const stepped = ['error_rate', 'latency_ms']
    .map((metric) => steppedUp(metric, recent, input))
    .find((step) => step !== null);
  if (stepped === undefined) return null;
  const confidence = stepped.laterS <= SOON_S ? 'strong' : 'fair';
  return { situation: `${recent.kind}_regression`, cause: stepped.text, confidence };
};

/** What steps up so soon after a change, in seconds, hardly has another cause. */
const SOON_S = 600;

/** How a metric that matters stepped up in time after a deployment, or null when it did not. */
function steppedUp(
  metric: string,
  { finishedAt, version, kind }: RecentDeployment,
  { assessment, window, limits, settings }: DiagnoseInput,
): { readonly text: string; readonly laterS: number } | null {
  const series = window.series[metric];
  const limit = limitsFor([metric], limits, settings)[metric];
  const step = series === undefined ? null : stepUp(series, finishedAt);
  if (step === null || limit === undefined) return null;
  const laterS = (step.at.getTime() - finishedAt.getTime()) / 1000;
  const far =
    step.now - step.before >= limit.warn / 2 ||
    (metric === 'latency_ms' && step.now >= LATENCY_RISE * step.before);
  const matters = step.now >= limit.warn || troubledMetrics(assessment).has(metric);
  if (laterS > settings.deploymentBlameS || !far || !matters) return null;
  const change = `${quantity(metric, step.before)} to ${quantity(metric, step.now)}`;
  const when = `${durationText(laterS)} after the ${kind} of ${version}`;
  return { text: `${metric} stepped up from ${change}, ${when}`, laterS };
}

const database: Row = ({ assessment }) => {
  const metric = [...troubledMetrics(assessment)].find((name) => DATABASE.test(name));
  if (metric !== undefined) {
    const confidence = assessment.breaching.includes(metric) ? 'strong' : 'fair';
    return { situation: 'database', cause: metricText(metric, assessment), confidence };
  }
  const found = predicted(assessment, 'Connections trending to exhaustion');
  return found === null ? null : { situation: 'database', cause: found, confidence: 'fair' };
};

/** Only what the prediction says: the leak heuristic alone fires on one random walk in eleven. */
const leak: Row = ({ assessment }) => {
  const found = predicted(assessment, 'Memory leak detected');
  const confidence = assessment.prediction.level === 'critical' ? 'strong' : 'fair';
  return found === null ? null : { situation: 'leak', cause: found, confidence };
};

const saturation: Row = ({ assessment, window, past }) => {
  const troubled = troubledMetrics(assessment);
  const metric = ['cpu_usage', 'memory_usage'].find((name) => troubled.has(name));
  if (metric === undefined) return null;
  const rates = window.series['request_rate'];
  const traffic = rates === undefined ? null : trafficChange(rates, past?.metrics['request_rate']);
  const cause = `${metricText(metric, assessment)}; ${trafficText(traffic)}`;
  if (traffic?.isRise === true) {
    return { situation: 'saturation_with_traffic', cause, confidence: 'strong' };
  }
  if (metric !== 'cpu_usage') return null;
  return { situation: 'cpu_saturation', cause, confidence: traffic === null ? 'weak' : 'fair' };
};

function trafficText(traffic: TrafficChange | null): string {
  return traffic === null
    ? 'whether traffic rose is not known'
    : `traffic changed by ${numberText(traffic.ratio * 100)} %`;
}

const ROWS: readonly Row[] = [
  upstream,
  downWithStandby,
  providerOut,
  regression,
  database,
  leak,
  saturation,
  down,
  ({ provider }) => providerCause(provider),
];
