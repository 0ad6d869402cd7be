import type { Interval, Level, Prediction } from '../domain/assessment.js';
import type { Sql, Statement } from './sql.js';

/** A prediction that is kept, so that what comes of it can be measured. */
export interface KeptPrediction {
  readonly componentId: number;
  /** The instant in which the sweep's interval began. */
  readonly at: Date;
  readonly kind: 'alarm' | 'quiet';
  /** The share of such assessments that is kept: above 0, at most 1. */
  readonly share: number;
  /** Null for a quiet one. */
  readonly level: Level;
  readonly raw: Prediction['horizons'];
  readonly calibrated: Prediction['horizons'];
  readonly horizonS: number;
  readonly timeToFailureS: Interval<number> | null;
  /** The calibration's version; 0 for none. */
  readonly calibration: number;
  readonly model: string;
}

/** Keep predictions; of a component and an instant the first one stays. */
export function keepPredictions(sql: Sql, rows: readonly KeptPrediction[]): Statement {
  const all = <T>(pick: (row: KeptPrediction) => T): T[] => rows.map(pick);
  return sql`
    insert into predictions (
      component_id, at, kind, share, level, raw_1h, raw_6h, raw_24h, p_1h, p_6h, p_24h, horizon_s,
      ttf_low_s, ttf_likely_s, ttf_high_s, calibration, model)
    select
      component_id, at, kind, share, level, raw_1h, raw_6h, raw_24h, p_1h, p_6h, p_24h, horizon_s,
      ttf_low_s, ttf_likely_s, ttf_high_s, calibration, model
    from unnest(
      ${all((row) => row.componentId)}::int[],
      ${all((row) => row.at.toISOString())}::timestamptz[],
      ${all((row) => row.kind)}::text[],
      ${all((row) => row.share)}::real[],
      ${all((row) => row.level)}::text[],
      ${all((row) => row.raw['1h'])}::real[],
      ${all((row) => row.raw['6h'])}::real[],
      ${all((row) => row.raw['24h'])}::real[],
      ${all((row) => row.calibrated['1h'])}::real[],
      ${all((row) => row.calibrated['6h'])}::real[],
      ${all((row) => row.calibrated['24h'])}::real[],
      ${all((row) => row.horizonS)}::real[],
      ${all((row) => row.timeToFailureS?.low ?? null)}::real[],
      ${all((row) => row.timeToFailureS?.likely ?? null)}::real[],
      ${all((row) => row.timeToFailureS?.high ?? null)}::real[],
      ${all((row) => row.calibration)}::int[],
      ${all((row) => row.model)}::text[]
    ) as kept (
      component_id, at, kind, share, level, raw_1h, raw_6h, raw_24h, p_1h, p_6h, p_24h, horizon_s,
      ttf_low_s, ttf_likely_s, ttf_high_s, calibration, model)
    order by component_id
    on conflict (component_id, at) do nothing`;
}

/** Delete predictions that are older than the retention, with their outcomes. */
export function forgetPredictions(sql: Sql, retentionS: number): Statement {
  return sql`
    delete from predictions
    where at < now() - make_interval(secs => ${retentionS}::float8)`;
}
