import { HORIZONS } from '../domain/learn/calibration.js';
import type { Estimate } from '../domain/learn/estimate.js';
import type { InsightsJson } from './insights.js';

/** One line of the table: which table, of what, which figure, and its value. */
export type InsightsLine = [
  table: string,
  name: string,
  figure: string,
  value: string | number | null,
];

function lines(table: string, name: string | null, figures: object): InsightsLine[] {
  return Object.entries(figures).map(([figure, value]) => [
    table,
    name ?? '',
    figure,
    Array.isArray(value) ? value.join(' ') : value,
  ]);
}

/** A figure with its bounds, each on a line of its own; empty where nothing was measured. */
function bounds(figure: string, estimate: Estimate | null): Record<string, number | null> {
  return {
    [figure]: estimate?.value ?? null,
    [`${figure}_low`]: estimate?.low ?? null,
    [`${figure}_high`]: estimate?.high ?? null,
  };
}

function qualityLines({ prediction_quality }: InsightsJson): InsightsLine[] {
  return HORIZONS.flatMap((horizon) => {
    const { precision, recall, lead_s, brier, calibration_error, reliability, ...counts } =
      prediction_quality[horizon];
    return lines('prediction_quality', horizon, {
      ...bounds('precision', precision),
      ...bounds('recall', recall),
      ...bounds('lead_s', lead_s),
      ...bounds('brier', brier),
      ...bounds('calibration_error', calibration_error),
      ...counts,
    });
  });
}

function preventedLines({ prevented_failures }: InsightsJson): InsightsLine[] {
  const { count, share, against_control: control } = prevented_failures;
  const { prevented = null, ...counts } = control ?? {};
  return lines('summary', null, {
    prevented_failures: count,
    ...bounds('prevented_share', share),
    ...bounds('prevented_against_control', prevented),
    ...Object.fromEntries(
      Object.entries(counts).map(([name, value]) => [`control_${name}`, value]),
    ),
  });
}

/** One figure per line: how insights look as a table. */
export function insightsTable(read: InsightsJson): InsightsLine[] {
  const { summary, without_person } = read;
  return [
    ...lines('summary', null, { ...summary, without_person }),
    ...preventedLines(read),
    ...read.top_actions.flatMap(({ action_type, ...figures }) =>
      lines('top_actions', action_type, figures),
    ),
    ...read.most_interventions.flatMap(({ component, ...figures }) =>
      lines('most_interventions', component, figures),
    ),
    ...read.prediction_accuracy.flatMap(({ date, ...figures }) =>
      lines('prediction_accuracy', date, figures),
    ),
    ...read.unusual_metrics.flatMap(({ component, metric, ...figures }) =>
      lines('unusual_metrics', `${component}/${metric}`, figures),
    ),
    ...qualityLines(read),
  ];
}
