import type { App } from '../app.js';
import type { Horizon } from '../domain/learn/calibration.js';
import { type Estimate, share } from '../domain/learn/estimate.js';
import {
  type AgainstControl,
  againstControl,
  type Quality,
  qualityOf,
} from '../domain/learn/quality.js';
import { readCauses } from '../store/common-causes.js';
import { readHealChecks } from '../store/heal-checks.js';
import { type Insights, readInsights } from '../store/insights.js';
import type { InsightsFilter } from '../store/insights-filter.js';
import { readUnusualMetrics } from '../store/unusual-metrics.js';
import { type CauseJson, causeJson } from './cause-json.js';
import { checkJson } from './components.js';

/** A metric of unknown meaning that was not as it had ever been; the score is 0 to 1. */
interface UnusualJson {
  readonly component: string;
  readonly metric: string;
  readonly count: number;
  readonly last_at: string;
  readonly last_score: number;
  readonly last_text: string | null;
}

/** What the summary says, with the shares worked out. Null where nothing has been measured. */
export interface InsightsJson extends Omit<Insights, 'measured'> {
  readonly mttr_s: number | null;
  /** Share of closed incidents that no person was asked about or acted on, 0–1. */
  readonly without_person: number | null;
  readonly prevented_failures: {
    readonly count: number;
    /** Of the failures that came and those that were prevented. */
    readonly share: Estimate | null;
    readonly definition: string;
    readonly against_control: AgainstControl | null;
    readonly control_definition: string;
  };
  /** Common causes that last, or lasted within the window; they stand for incidents that were not opened. */
  readonly common_causes: readonly CauseJson[];
  /** Components of which not everything could be done that their executors declare, when last looked at. */
  readonly cannot_be_healed: readonly object[];
  /** Metrics that broke their own records (`anomaly_detected`), a week's unless a window is given. */
  readonly unusual_metrics: readonly UnusualJson[];
  readonly prediction_quality: Readonly<Record<Horizon, Quality>>;
  readonly prediction_quality_definition: string;
}

const PREVENTED =
  'predicted at level critical, acted on with success, and closed without failing: an upper bound, since some would not have failed; the share is of these and the incidents that failed, with Wilson’s interval';

const CONTROL =
  'how much oftener critical alarms failed within the hour that nothing was done about than those that were acted on, with Newcombe’s interval; nobody drew lots between the two';

const QUALITY =
  'labelled predictions of the live system, of the last 30 days unless a window is given. Precision: of the alarms that nothing was done about and that were seen to the end, those that failed within the horizon. Recall: of all failures, also those that nothing announces, those with an alarm within the horizon before, at the latest five minutes; failures that were prevented are none. Lead: the median time from the beginning of the alarm. Brier score and calibration error (over tenths): of calibrated probabilities, weighted by the inverse of the sampling share, without what was acted on. Intervals at 95 %: Wilson for shares, order statistics for the lead, a delete-a-group jackknife over components (or, of fewer than 20, their days) for the rest';

/** Read the analytics of the installation, or of one component. */
export async function insights(app: App, filter: InsightsFilter): Promise<InsightsJson> {
  const { windowS: withinS, component } = filter;
  const [{ measured, ...read }, causes, checks, unusual] = await Promise.all([
    readInsights(app.sql, filter),
    readCauses(app.sql, { withinS, component }),
    readHealChecks(app.sql, { component }),
    readUnusualMetrics(app.sql, filter),
  ]);
  const { closed, needed_person, mttr_s, prevented, failed } = read.summary;
  const quality = qualityOf(measured);
  return {
    ...read,
    mttr_s,
    without_person: closed === 0 ? null : (closed - needed_person) / closed,
    prevented_failures: {
      count: prevented,
      share: share(prevented, prevented + failed),
      definition: PREVENTED,
      against_control: againstControl(quality['1h']),
      control_definition: CONTROL,
    },
    common_causes: causes.map(causeJson),
    cannot_be_healed: checks
      .filter(({ result }) => result.verdict !== 'yes')
      .map((check) => ({ component: check.component, ...checkJson(check) })),
    unusual_metrics: unusual.map(({ lastAt, score, text, ...of }) => ({
      ...of,
      last_at: lastAt.toISOString(),
      last_score: score,
      last_text: text,
    })),
    prediction_quality: quality,
    prediction_quality_definition: QUALITY,
  };
}
