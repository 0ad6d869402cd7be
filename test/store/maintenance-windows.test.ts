import { beforeEach, describe, expect, it } from 'vitest';
import { readDecisionFacts } from '../../lib/store/decision-facts.js';
import {
  addMaintenanceWindow,
  endMaintenanceWindow,
  listMaintenanceWindows,
  type NewMaintenanceWindow,
  readMutingWindows,
} from '../../lib/store/maintenance-windows.js';
import { addComponent, presentVersion, storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

const NIGHTLY = { type: 'weekly', days: ['sun'], start: '02:30', duration_min: 60 } as const;
/** A Sunday, half past two in Berlin, an hour that is there twice. */
const OPEN = new Date('2026-10-25T01:15:00Z');
const CLOSED = new Date('2026-10-25T02:30:00Z');

let names = 0;
function window(changes: Partial<NewMaintenanceWindow> = {}): NewMaintenanceWindow {
  names += 1;
  return {
    id: crypto.randomUUID(),
    name: `nightly-${names}`,
    component: null,
    group: null,
    zone: 'Europe/Berlin',
    rule: { ...NIGHTLY, days: [...NIGHTLY.days] },
    mute: false,
    why: 'backups run',
    who: 'ann',
    ...changes,
  };
}

const raised = (version: string): string => String(Number(version) + 1);
const freezesAt = async (at: Date) => (await readDecisionFacts(sql, at))?.freezes ?? [];

beforeEach(async () => {
  await sql`delete from maintenance_windows`;
});

describe('addMaintenanceWindow', () => {
  it('keeps what it covers, and raises the decision version', async () => {
    const { id: componentId, name } = await addComponent(sql);
    const version = await presentVersion(sql);
    const one = window({ component: name, mute: true });
    const some = window({ group: 'web' });
    const all = window();
    expect(await addMaintenanceWindow(sql, one)).toEqual([{ id: one.id }]);
    expect(await presentVersion(sql)).toBe(raised(version));
    await addMaintenanceWindow(sql, some);
    await addMaintenanceWindow(sql, all);
    const common = { zone: 'Europe/Berlin', rule: NIGHTLY, why: 'backups run', createdBy: 'ann' };
    const listed = { ...common, createdAt: expect.any(Date), endedAt: null };
    expect(await listMaintenanceWindows(sql)).toEqual([
      {
        ...listed,
        id: one.id,
        name: one.name,
        component: name,
        componentId,
        group: null,
        mute: true,
        covered: 1,
      },
      expect.objectContaining({
        id: some.id,
        component: null,
        group: 'web',
        mute: false,
        covered: 0,
      }),
      expect.objectContaining({ id: all.id, component: null, group: null, covered: 1 }),
    ]);
  });

  it('answers nothing for a component that there is not', async () => {
    expect(await addMaintenanceWindow(sql, window({ component: 'nobody' }))).toEqual([]);
    expect(await listMaintenanceWindows(sql)).toEqual([]);
  });

  it('keeps one of ten that are given one name at once, and its name can be had again', async () => {
    const made = await race(
      database,
      'select 1 from control where id = 1 for update',
      times(10, () =>
        addMaintenanceWindow(sql, window({ name: 'same' })).then(
          (rows) => rows.length,
          (error: unknown) => (error as { code?: string }).code,
        ),
      ),
    );
    expect(made.filter((one) => one === 1)).toHaveLength(1);
    expect(made.filter((one) => one === '23505')).toHaveLength(9);
    const [kept] = await listMaintenanceWindows(sql);
    await endMaintenanceWindow(sql, kept?.id ?? '');
    expect(await addMaintenanceWindow(sql, window({ name: 'same' }))).toHaveLength(1);
  });

  it('raises nothing where the name is taken', async () => {
    await addMaintenanceWindow(sql, window({ name: 'same' }));
    const version = await presentVersion(sql);
    const again = Promise.resolve(addMaintenanceWindow(sql, window({ name: 'same' })));
    await expect(again).rejects.toThrow();
    expect(await presentVersion(sql)).toBe(version);
  });
});

describe('endMaintenanceWindow', () => {
  it('ends it once for ten who end it, and raises the decision version', async () => {
    const { id } = window();
    await addMaintenanceWindow(sql, window({ id }));
    const version = await presentVersion(sql);
    const ended = await race(
      database,
      `select 1 from maintenance_windows where id = '${id}' for update`,
      times(10, () => endMaintenanceWindow(sql, id)),
    );
    expect(ended.flat()).toEqual([{ id }]);
    expect(Number(await presentVersion(sql))).toBeGreaterThan(Number(version));
    expect(await listMaintenanceWindows(sql)).toEqual([]);
    expect(await freezesAt(OPEN)).toEqual([]);
  });
});

describe('listMaintenanceWindows', () => {
  it('answers those that stood at some time in a span', async () => {
    const { id } = window();
    await addMaintenanceWindow(sql, window({ id }));
    await sql`
      update maintenance_windows
      set created_at = '2026-03-01T00:00:00Z', ended_at = '2026-03-02T00:00:00Z'`;
    const within = (from: string, until: string) =>
      listMaintenanceWindows(sql, { from: new Date(from), until: new Date(until) });
    expect(await within('2026-03-01T12:00:00Z', '2026-03-05T00:00:00Z')).toHaveLength(1);
    expect(await within('2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z')).toEqual([]);
    expect(await within('2026-03-02T00:00:00Z', '2026-03-05T00:00:00Z')).toEqual([]);
    expect(await listMaintenanceWindows(sql)).toEqual([]);
  });
});

describe('readDecisionFacts', () => {
  it('knows a window that is open, whom it covers, and until when', async () => {
    const { id: componentId, name } = await addComponent(sql);
    await addMaintenanceWindow(sql, window({ name: 'a', component: name }));
    await addMaintenanceWindow(sql, window({ name: 'b', group: 'web' }));
    const why = expect.stringContaining(
      'until 2026-10-25 03:30 in Europe/Berlin (2026-10-25 02:30 UTC)',
    );
    expect(await freezesAt(OPEN)).toEqual([
      { componentId, group: null, why, until: CLOSED },
      { componentId: null, group: 'web', why, until: CLOSED },
    ]);
    expect(await freezesAt(CLOSED)).toEqual([]);
  });

  it.each([
    ['its zone is unknown', { zone: 'Atlantis/Old_Town' }, {}],
    ['its rule cannot be read', {}, { type: 'monthly' }],
  ])('takes one for open when %s', async (_, changes, rule) => {
    const { id } = window();
    await addMaintenanceWindow(sql, window({ id, ...changes }));
    await sql`update maintenance_windows set rule = rule || ${JSON.stringify(rule)}::jsonb`;
    expect(await freezesAt(CLOSED)).toEqual([
      {
        componentId: null,
        group: null,
        why: expect.stringContaining('counts as open'),
        until: null,
      },
    ]);
  });
});

describe('readMutingWindows', () => {
  it('knows whom the windows cover that mute', async () => {
    const { id, name } = await addComponent(sql);
    const { id: other } = await addComponent(sql);
    await sql`update components set peer_group = 'mute' where id in (${id}::int, ${other}::int)`;
    await addMaintenanceWindow(sql, window({ name: 'a', component: name, mute: true }));
    await addMaintenanceWindow(sql, window({ name: 'b', group: 'mute', mute: true }));
    await addMaintenanceWindow(sql, window({ name: 'c', mute: true }));
    await addMaintenanceWindow(sql, window({ name: 'd' }));
    const windows = await readMutingWindows(sql);
    expect(windows.map(({ covers }) => covers?.toSorted((a, b) => a - b) ?? null)).toEqual([
      [id],
      [id, other],
      null,
    ]);
    expect(windows[0]).toMatchObject({ zone: 'Europe/Berlin', rule: NIGHTLY });
  });
});
