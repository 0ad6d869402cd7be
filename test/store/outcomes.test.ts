import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { labelIncident } from '../../lib/store/incident-answers.js';
import { labelOutcomes } from '../../lib/store/label-outcomes.js';
import { readOutcomes, relabel } from '../../lib/store/outcomes.js';
import { type KeptPrediction, keepPredictions } from '../../lib/store/predictions.js';
import { addComponent, addIncident, recoveryIn, storeDatabase } from './fixtures.js';

const { sql } = await storeDatabase();

/** Two days ago: every horizon has passed. */
const START = new Date(Math.floor(Date.now() / 1000) * 1000 - 2 * 86_400_000);
const hours = (h: number): Date => new Date(START.getTime() + h * 3_600_000);

let component: { id: number; name: string };

beforeEach(async () => {
  await sql`delete from predictions`;
  component = await addComponent(sql);
  await seenUntil(48);
});

/** The newest sample of the component, hours from the start. */
async function seenUntil(h: number): Promise<void> {
  await sql`
    insert into component_state (
      component_id, memory, assessment, evidence, premise, assessed_at, last_sample_at)
    values (${component.id}::int, '{}', '{}', '{}', '{}', now(), ${hours(h)}::timestamptz)
    on conflict (component_id) do update
    set last_sample_at = excluded.last_sample_at`;
}

async function predicted(changes: Partial<KeptPrediction> = {}): Promise<void> {
  const p = { '1h': 0.25, '6h': 0.75, '24h': 0.875 };
  const row: KeptPrediction = {
    componentId: component.id,
    at: START,
    kind: 'alarm',
    share: 1,
    level: 'high',
    raw: p,
    calibrated: p,
    horizonS: 3600,
    timeToFailureS: null,
    calibration: 0,
    model: 'm',
    ...changes,
  };
  await keepPredictions(sql, [row]);
}

/** An incident of the component, opened and ended so many hours from the start. */
async function incident(wanted: {
  opened: number;
  failed?: number;
  expected?: number;
  closed?: number;
}): Promise<string> {
  const id = await addIncident(sql, component.id, { kind: 'predicted', openedBy: 'prediction' });
  const at = (h: number | undefined) => (h === undefined ? null : hours(h));
  await sql`
    update incidents
    set
      opened_at = ${hours(wanted.opened)}::timestamptz,
      failed_at = ${at(wanted.failed)}::timestamptz,
      predicted_failure_at = ${at(wanted.expected)}::timestamptz,
      closed_at = ${hours(wanted.closed ?? 40)}::timestamptz, closed_why = 'a test'
    where id = ${id}::uuid`;
  return id;
}

async function breach(h: number): Promise<void> {
  await sql`
    insert into ai_proactive_health (component, state, created_at)
    values (${component.name}::text, 'failing', ${hours(h)}::timestamptz)`;
}

async function acted(h: number): Promise<string> {
  const { id } = await recoveryIn(sql, 'verifying', {
    id: randomUUID(),
    componentId: component.id,
  });
  const at = hours(h);
  await sql`
    update recoveries
    set called_at = ${at}::timestamptz, acted_at = ${at}::timestamptz
    where id = ${id}::uuid`;
  return id;
}

async function label(limit = 100): Promise<number> {
  const [row] = await labelOutcomes(sql, { limit });
  return Number(row?.['labelled']);
}

async function outcome(): Promise<unknown> {
  const [row] = await sql`
    select
      json_build_array(failed_1h, failed_6h, failed_24h) as failed, labelled_by as by, failed_at,
      recovery_id
    from predictions
    left join outcomes on outcomes.prediction_id = predictions.id
    where component_id = ${component.id}::int
    limit 1`;
  return row;
}

describe('labelOutcomes', () => {
  it('waits until the farthest horizon has passed', async () => {
    await predicted({ at: new Date(Date.now() - 24 * 3_600_000) });
    expect(await label()).toBe(0);
    expect((await labelOutcomes(sql, { limit: 9, at: hours(80) }))[0]).toEqual({ labelled: 1 });
  });

  it('says that a component survived which was seen to the end', async () => {
    await predicted();
    expect(await label()).toBe(1);
    expect(await outcome()).toMatchObject({ failed: [0, 0, 0], by: 'survived', failed_at: null });
    expect(await label()).toBe(0);
  });

  it.each([
    { until: 0.5, failed: [null, null, null], by: null },
    { until: 3, failed: [0, null, null], by: 'survived' },
    { until: 7, failed: [0, 0, null], by: 'survived' },
  ])('knows nothing of what it did not see: until $until h', async ({ until, failed, by }) => {
    await seenUntil(until);
    await predicted();
    await label();
    expect(await outcome()).toMatchObject({ failed, by });
  });

  it.each([
    { h: 0.5, failed: [1, 1, 1] },
    { h: 3, failed: [0, 1, 1] },
    { h: 20, failed: [0, 0, 1] },
    { h: 25, failed: [0, 0, 0] },
    { h: -1, failed: [0, 0, 0] },
  ])('takes an incident that fails after $h h for a failure', async ({ h, failed }) => {
    await incident({ opened: h, failed: h });
    await predicted();
    await label();
    const by = failed.includes(1) ? 'incident' : 'survived';
    expect(await outcome()).toMatchObject({ failed, by });
  });

  it('takes a breach that an assessment saw for a failure, and the first one of all', async () => {
    await breach(3);
    await incident({ opened: 10, failed: 10 });
    await predicted();
    await label();
    expect(await outcome()).toMatchObject({ failed: [0, 1, 1], by: 'slo', failed_at: hours(3) });
  });

  it('censors what an action of ours began before, unless it failed all the same', async () => {
    const id = await acted(3);
    await predicted();
    await label();
    expect(await outcome()).toMatchObject({ failed: [0, null, null], recovery_id: id });
  });

  it.each([
    { failedAfter: 4, failed: [null, 1, 1] },
    { failedAfter: 12, failed: [null, null, 1] },
  ])('counts a failure $failedAfter h on though it was acted on', async (row) => {
    await acted(0.5);
    await incident({ opened: 0.2, failed: row.failedAfter });
    await predicted();
    await label();
    expect(await outcome()).toMatchObject({ failed: row.failed, by: 'incident' });
  });

  it('takes no recovery for an action that called nothing', async () => {
    await recoveryIn(sql, 'skipped', { id: randomUUID(), componentId: component.id });
    await predicted();
    await label();
    expect(await outcome()).toMatchObject({ failed: [0, 0, 0], recovery_id: null });
  });

  it.each([
    { word: 'false_alarm' as const, failed: [0, 0, 0] },
    { word: 'real' as const, failed: [0, 1, 1] },
  ])('believes a person, whatever was done: $word', async ({ word, failed }) => {
    const id = await incident({ opened: 0.1, expected: 4, closed: 2 });
    await acted(0.2);
    await breach(0.3);
    await sql`delete from ai_proactive_health where component = ${component.name}::text`;
    await labelIncident(sql, id, word, 'ann');
    await predicted();
    await label();
    const seen = word === 'real' ? [null, ...failed.slice(1)] : failed;
    expect(await outcome()).toMatchObject({ failed: seen, by: 'person' });
  });

  it('takes a failure back of which a person says that it was none', async () => {
    const id = await incident({ opened: 1, failed: 1, closed: 2 });
    await breach(1.5);
    await labelIncident(sql, id, 'false_alarm', 'ann');
    await predicted();
    await label();
    expect(await outcome()).toMatchObject({ failed: [0, 0, 0], by: 'person' });
  });

  it('labels the oldest first, so many at a time', async () => {
    for (const h of [0, 1, 2]) await predicted({ at: hours(h) });
    expect(await label(2)).toBe(2);
    const left = await sql`select at from predictions where labelled_at is null`;
    expect(left).toEqual([{ at: hours(2) }]);
  });
});

describe('relabel', () => {
  it('lets a person change what was labelled before', async () => {
    const id = await incident({ opened: 0.5, expected: 5, closed: 2 });
    await predicted();
    await label();
    expect(await outcome()).toMatchObject({ failed: [0, 0, 0], by: 'survived' });
    await labelIncident(sql, id, 'real', 'ann');
    await relabel(sql, id);
    expect(await label()).toBe(1);
    expect(await outcome()).toMatchObject({ failed: [0, 1, 1], by: 'person' });
  });

  it('leaves other times and other components', async () => {
    await predicted({ at: hours(-30) });
    const id = await incident({ opened: 0.5, closed: 2 });
    await label();
    await relabel(sql, id);
    expect(await label()).toBe(0);
  });
});

describe('readOutcomes', () => {
  const wanted = { model: 'm', windowS: 7 * 86_400, limit: 100 };

  it('reads what came of each prediction, per horizon', async () => {
    await acted(3);
    await incident({ opened: 10, failed: 10 });
    await predicted({ share: 0.5 });
    await label();
    expect(await readOutcomes(sql, wanted)).toEqual([
      {
        component: component.name,
        at: START,
        kind: 'alarm',
        share: 0.5,
        raw: { '1h': 0.25, '6h': 0.75, '24h': 0.875 },
        labels: { '1h': 0, '6h': null, '24h': 1 },
        acted: { '1h': false, '6h': true, '24h': true },
        failedAt: hours(10),
      },
    ]);
  });

  it('reads those of one predictor, of the window alone, and only the labelled', async () => {
    await predicted({ model: 'other' });
    await predicted({ at: hours(-30 * 24) });
    await label();
    await predicted({ at: hours(1) });
    expect(await readOutcomes(sql, wanted)).toEqual([]);
  });

  it('draws some where there are too many, each of which stands for more', async () => {
    for (const n of [0, 1, 2, 3]) await predicted({ at: hours(n), kind: 'quiet', level: null });
    await predicted({ at: hours(5) });
    await label();
    const drawn = await readOutcomes(sql, { ...wanted, limit: 2 });
    expect(drawn.map(({ kind, share }) => ({ kind, share }))).toEqual([
      { kind: 'quiet', share: 0.5 },
      { kind: 'quiet', share: 0.5 },
      { kind: 'alarm', share: 1 },
    ]);
    expect(await readOutcomes(sql, { ...wanted, limit: 2 })).toEqual(drawn);
  });
});
