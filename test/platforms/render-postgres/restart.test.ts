import { describe, expect, it } from 'vitest';
import { type RenderDatabase, renderBackend } from '../../support/render/database.js';
import { asking, BACKENDS, RESTART, RenderPostgresRig } from '../../support/render-postgres/rig.js';
import { outcome } from '../../support/vendor/outcome.js';
import { SINCE } from '../../support/vendor/rig.js';

const rig = new RenderPostgresRig();
const REQUEST = asking(RESTART);
const LATE = new Date(SINCE.getTime() + 45_000);

const look = async (prepared: Awaited<ReturnType<typeof rig.prepare>>) =>
  rig.platform().look(REQUEST, prepared, SINCE);

const BILLING = ['billing'];

/** Both kinds of databases: with a standby, and without. */
const KINDS = [
  ['highly available', {}],
  ['single', { highAvailabilityEnabled: false, backends: BACKENDS.slice(0, 2) }],
] as const satisfies readonly (readonly [string, Partial<RenderDatabase>])[];

describe('restart of a database at Render', () => {
  it.each(KINDS)('restarts a %s one, and tells when it served again', async (_, given) => {
    await rig.restartWith(given, 'by_hand');
    const prepared = await rig.prepare(RESTART);
    expect(prepared).toMatchObject({
      before: {
        status: 'available',
        read_at: SINCE.toISOString(),
        connections: expect.arrayContaining([
          expect.objectContaining({ pid: 101, began_at: '2026-03-01T00:00:00.000Z' }),
        ]),
      },
      after: null,
      inverse: null,
    });
    expect(JSON.stringify(prepared)).not.toContain('secret');
    const acted = await rig.platform().act(REQUEST, prepared);
    expect(acted).toMatchObject({
      success: true,
      service_id: 'dpg-1',
      component: 'shop',
      status_code: 202,
    });
    const report = () => rig.platform().report(REQUEST, prepared, SINCE, acted);
    expect(await report()).toEqual({ kind: 'pending' });
    rig.now = LATE;
    rig.server.databases.settle('dpg-1');
    expect(await report()).toMatchObject({
      kind: 'done',
      result: { success: true, service_id: 'dpg-1' },
      endedAt: LATE,
    });
    expect(rig.effects()).toEqual(['restart dpg-1']);
  });

  it.each([
    [
      'suspended',
      { suspended: 'suspended', suspenders: BILLING },
      'suspended by billing: resume it first',
    ],
    ...[
      'creating',
      'config_restart',
      'suspended',
      'maintenance_scheduled',
      'maintenance_in_progress',
      'recovery_failed',
      'recovery_in_progress',
      'updating_instance',
    ].map(
      (status) =>
        [
          status,
          { status },
          `is ${status.replaceAll('_', ' ')}: something else is at work`,
        ] as const,
    ),
    ['in maintenance', { maintenance: 'in_progress' }, 'its maintenance is in progress'],
  ] as const)('refuses one that is %s', async (_, given, why) => {
    await rig.restartWith(given);
    expect(await outcome(rig.platform().prepare(REQUEST))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(why),
    });
    expect(rig.effects()).toEqual([]);
  });

  it.each([
    ['a replica', { role: 'replica' }],
    ['one after its maintenance', { maintenance: 'succeeded' }],
    ['one of unknown status', { status: 'unknown' }],
  ] as const)('restarts %s', async (_, given) => {
    await rig.restartWith(given);
    const prepared = await rig.prepare(RESTART);
    await rig.platform().act(REQUEST, prepared);
    expect(rig.effects()).toEqual(['restart dpg-1']);
  });

  it('restarts one that is down, of whose connections nothing can be read', async () => {
    await rig.restartWith({ ...KINDS[1][1], status: 'unavailable' });
    const prepared = await rig.prepare(RESTART);
    expect(prepared.before).toMatchObject({ status: 'unavailable', connections: null });
    rig.now = LATE;
    await rig.platform().act(REQUEST, prepared);
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'done' });
    expect(await look(prepared)).toMatchObject({ kind: 'done' });
    // One from before the call has come through whatever was done.
    rig.database().backends.push(renderBackend(104));
    expect(await look(prepared)).toEqual(
      expect.objectContaining({ kind: 'unknown', why: expect.stringContaining('is available') }),
    );
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toEqual({ kind: 'pending' });
  });

  it('goes on without what is connected where the question for it hangs', async () => {
    rig.server.answerNext('list-postgres-processes', { ending: 'hang' });
    const prepared = await rig.platform({ timeoutMs: 300 }).prepare(REQUEST);
    expect(prepared.before).toMatchObject({ connections: null });
  });

  it.each([
    ['nothing', { ending: 'drop', effect: true }],
    ['503', { status: 503, effect: true }],
  ] as const)('does not restart twice after %s', async (_, answer) => {
    for (const [, given] of KINDS) {
      await rig.restartWith(given);
      const prepared = await rig.prepare(RESTART);
      rig.server.answerNext('restart-postgres', answer);
      expect(await outcome(rig.platform().act(REQUEST, prepared))).toMatchObject({
        code: 'upstream_unavailable',
      });
      expect(await look(prepared)).toMatchObject({
        kind: 'done',
        result: { success: true, status_code: null },
      });
      expect(rig.effects()).toEqual(['restart dpg-1']);
    }
  });

  it.each([
    ['suspended meanwhile', { suspended: 'suspended' }, 'suspended since'],
    ['beyond recovery', { status: 'recovery_failed' }, 'has failed'],
  ] as const)('has failed where the database is %s', async (_, now, why) => {
    const prepared = await rig.prepare(RESTART);
    await rig.platform().act(REQUEST, prepared);
    Object.assign(rig.database(), now);
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining(why),
      result: { success: false },
    });
  });

  it('does nothing where nothing was stored', async () => {
    const none = { before: {}, after: null, inverse: null };
    for (const step of ['act', 'look', 'report'] as const) {
      expect(await outcome(rig.platform()[step](REQUEST, none, SINCE))).toMatchObject({
        code: 'refused',
        message: expect.stringContaining('plan it anew'),
      });
    }
    expect(rig.effects()).toEqual([]);
  });
});
