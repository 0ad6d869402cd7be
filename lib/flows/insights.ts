import type { App } from '../app.js';
import { type Insights, type InsightsFilter, readInsights } from '../store/insights.js';

/** What the summary says, with the shares worked out. Null where nothing has been measured. */
export interface InsightsJson extends Insights {
  readonly mttr_s: number | null;
  /** Share of closed incidents that no person was asked about or acted on, 0–1. */
  readonly without_person: number | null;
  readonly prevented_failures: {
    readonly count: number;
    readonly definition: string;
  };
}

const PREVENTED =
  'predicted at level critical, acted on with success, and closed without failing: an upper bound, since some would not have failed';

/** Read the analytics of the installation, or of one component. */
export async function insights(app: App, filter: InsightsFilter): Promise<InsightsJson> {
  const read = await readInsights(app.sql, filter);
  const { closed, needed_person, mttr_s, prevented } = read.summary;
  return {
    ...read,
    mttr_s,
    without_person: closed === 0 ? null : (closed - needed_person) / closed,
    prevented_failures: { count: prevented, definition: PREVENTED },
  };
}

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

/** One figure per line: how insights look as a table. */
export function insightsTable(read: InsightsJson): InsightsLine[] {
  const { summary, without_person, prevented_failures } = read;
  return [
    ...lines('summary', null, { ...summary, without_person }),
    ...lines('summary', null, { prevented_failures: prevented_failures.count }),
    ...read.top_actions.flatMap(({ action_type, ...figures }) =>
      lines('top_actions', action_type, figures),
    ),
    ...read.most_interventions.flatMap(({ component, ...figures }) =>
      lines('most_interventions', component, figures),
    ),
    ...read.prediction_accuracy.flatMap(({ date, ...figures }) =>
      lines('prediction_accuracy', date, figures),
    ),
  ];
}
