import { describe, expect, it } from 'vitest';
import { firingAlerts, putAlerts, type StoredAlert } from '../../lib/store/alerts.js';
import { addComponent, storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

const startedAt = new Date('2026-03-01T12:00:00Z');

function alert(componentId: number | null, changes: Partial<StoredAlert> = {}): StoredAlert {
  return {
    source: 'alertmanager',
    dedupKey: crypto.randomUUID(),
    componentId,
    severity: 'critical',
    title: 'Too many errors',
    status: 'firing',
    startedAt,
    ...changes,
  };
}

const firing = (id: number) => firingAlerts(sql, { fromId: id, toId: id });

describe('putAlerts', () => {
  it('keeps what is new, and answers it', async () => {
    const { id } = await addComponent(sql);
    const one = alert(id);
    expect(await putAlerts(sql, [one])).toEqual([{ dedup_key: one.dedupKey }]);
    expect(await firing(id)).toEqual([
      {
        componentId: id,
        severity: 'critical',
        title: 'Too many errors',
        source: 'alertmanager',
        startedAt,
      },
    ]);
  });

  it('answers nothing for a repeat', async () => {
    const { id } = await addComponent(sql);
    const one = alert(id);
    await putAlerts(sql, [one]);
    expect(await putAlerts(sql, [one])).toEqual([]);
    expect(await firing(id)).toHaveLength(1);
  });

  it('sees one that is sent again anew: what fires for days does not grow stale', async () => {
    const { id } = await addComponent(sql);
    const one = alert(id);
    await putAlerts(sql, [one]);
    await sql`
      update alerts
      set seen_at = now() - interval '25 hours'
      where component_id = ${id}::int`;
    expect(await firing(id)).toEqual([]);
    expect(await putAlerts(sql, [one])).toEqual([]);
    expect(await firing(id)).toHaveLength(1);
  });

  it('answers a new one once for ten deliveries at once', async () => {
    const { id } = await addComponent(sql);
    const one = alert(id);
    const put = await race(
      database,
      'lock table alerts in share mode',
      times(10, () => putAlerts(sql, [one])),
    );
    expect(put.flat()).toEqual([{ dedup_key: one.dedupKey }]);
  });

  it('resolves once, and stays resolved when an older firing message comes late', async () => {
    const { id } = await addComponent(sql);
    const one = alert(id);
    const resolved = { ...one, status: 'resolved' } as const;
    await putAlerts(sql, [one]);
    expect(await putAlerts(sql, [resolved])).toEqual([{ dedup_key: one.dedupKey }]);
    expect(await putAlerts(sql, [resolved])).toEqual([]);
    expect(await putAlerts(sql, [one])).toEqual([]);
    expect(await firing(id)).toEqual([]);
  });

  it('answers one that is resolved when it is first heard of', async () => {
    const { id } = await addComponent(sql);
    const one = alert(id, { status: 'resolved' });
    expect(await putAlerts(sql, [one])).toEqual([{ dedup_key: one.dedupKey }]);
    expect(await putAlerts(sql, [one])).toEqual([]);
    expect(await firing(id)).toEqual([]);
  });

  it('keeps the keys of two sources apart', async () => {
    const { id } = await addComponent(sql);
    const one = alert(id);
    await putAlerts(sql, [one, { ...one, source: 'other' }]);
    expect(await firing(id)).toHaveLength(2);
  });

  it('never deadlocks with the same alerts in another order', async () => {
    const { id } = await addComponent(sql);
    const all = Array.from({ length: 2000 }, () => alert(id));
    const put = await race(
      database,
      'lock table alerts in share mode',
      times(6, (i) => putAlerts(sql, i % 2 === 0 ? all : all.toReversed())),
    );
    expect(put.flat()).toHaveLength(2000);
  });

  it('keeps nothing when it is given nothing', async () => {
    expect(await putAlerts(sql, [])).toEqual([]);
  });
});

describe('firingAlerts', () => {
  it('answers a range of components, the longest firing first', async () => {
    const [one, two] = [await addComponent(sql), await addComponent(sql)];
    const earlier = new Date(startedAt.getTime() - 1000);
    await putAlerts(sql, [
      alert(one.id),
      alert(two.id, { title: 'first', startedAt: earlier }),
      alert(null),
    ]);
    const found = await firingAlerts(sql, { fromId: one.id, toId: two.id });
    expect(found.map(({ componentId }) => componentId)).toEqual([two.id, one.id]);
  });

  it.each([
    { seen: '23 hours', found: true },
    { seen: '25 hours', found: false },
  ])('believes one that was seen $seen ago: $found', async ({ seen, found }) => {
    const { id } = await addComponent(sql);
    await putAlerts(sql, [alert(id)]);
    await sql`
      update alerts set seen_at = now() - ${seen}::interval where component_id = ${id}::int`;
    expect(await firing(id)).toHaveLength(found ? 1 : 0);
  });
});
