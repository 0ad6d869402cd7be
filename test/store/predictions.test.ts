import { describe, expect, it } from 'vitest';
import {
  forgetPredictions,
  type KeptPrediction,
  keepPredictions,
} from '../../lib/store/predictions.js';
import { addComponent, storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

function kept(componentId: number, changes: Partial<KeptPrediction> = {}): KeptPrediction {
  return {
    componentId,
    at: new Date('2026-03-01T12:00:00Z'),
    kind: 'alarm',
    share: 1 / 60,
    level: 'high',
    raw: { '1h': 0.25, '6h': 0.75, '24h': 0.875 },
    calibrated: { '1h': 0.125, '6h': 0.5, '24h': 0.625 },
    horizonS: 3600,
    timeToFailureS: { low: 600, likely: 1200, high: 2400 },
    calibration: 3,
    model: 'm',
    ...changes,
  };
}

const rowsOf = (id: number) => sql`
  select
    at, kind, level, raw_1h, raw_24h, p_1h, p_24h, ttf_likely_s, calibration, model, labelled_at
  from predictions
  where component_id = ${id}::int
  order by at
  limit 100`;

describe('keepPredictions', () => {
  it('keeps alarms and quiet ones', async () => {
    const { id } = await addComponent(sql);
    const at = new Date('2026-03-01T12:01:00Z');
    const quiet = { kind: 'quiet', level: null, timeToFailureS: null, at } as const;
    await keepPredictions(sql, [kept(id), kept(id, quiet)]);
    expect(await rowsOf(id)).toEqual([
      {
        at: new Date('2026-03-01T12:00:00Z'),
        kind: 'alarm',
        level: 'high',
        raw_1h: 0.25,
        raw_24h: 0.875,
        p_1h: 0.125,
        p_24h: 0.625,
        ttf_likely_s: 1200,
        calibration: 3,
        model: 'm',
        labelled_at: null,
      },
      expect.objectContaining({ at, kind: 'quiet', level: null, ttf_likely_s: null }),
    ]);
  });

  it('keeps one of a component and an instant, however often and at once it is told', async () => {
    const { id } = await addComponent(sql);
    const calls = times(6, (n) => keepPredictions(sql, [kept(id, { share: 1 / (n + 1) })]));
    await race(database, 'lock table predictions in share row exclusive mode', calls);
    expect(await rowsOf(id)).toHaveLength(1);
  });

  it.each<[string, Partial<KeptPrediction>]>([
    ['an alarm without a level', { level: null }],
    ['a quiet one with a level', { kind: 'quiet' }],
    ['a share of nothing', { share: 0 }],
    ['a probability that is none', { raw: { '1h': 1.5, '6h': 1.5, '24h': 1.5 } }],
  ])('refuses %s', async (_, changes) => {
    const { id } = await addComponent(sql);
    await expect(keepPredictions(sql, [kept(id, changes)])).rejects.toThrow(/check constraint/);
  });
});

describe('forgetPredictions', () => {
  it('deletes what is older than the retention, with its outcome', async () => {
    const { id } = await addComponent(sql);
    const recent = new Date(Date.now() - 3_600_000);
    await keepPredictions(sql, [kept(id, { at: new Date(0) }), kept(id, { at: recent })]);
    await sql`
      insert into outcomes (prediction_id)
      select predictions.id from predictions where component_id = ${id}::int`;
    await forgetPredictions(sql, 7200);
    expect(await rowsOf(id)).toEqual([expect.objectContaining({ at: recent })]);
    const [left] = await sql`
      select count(*)::int as rows
      from outcomes
      join predictions on predictions.id = outcomes.prediction_id
      where component_id = ${id}::int`;
    expect(left).toEqual({ rows: 1 });
  });
});
