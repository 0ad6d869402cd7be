import { describe, expect, it } from 'vitest';
import { renderBackend } from '../../support/render/database.js';
import {
  asking,
  BACKENDS,
  FAIL_OVER,
  RenderPostgresRig,
  TARGET,
} from '../../support/render-postgres/rig.js';
import { outcome } from '../../support/vendor/outcome.js';
import { SINCE } from '../../support/vendor/rig.js';

const rig = new RenderPostgresRig();
const REQUEST = asking(FAIL_OVER);
const LATE = new Date(SINCE.getTime() + 45_000);
const at = (afterMs: number) => new Date(SINCE.getTime() + afterMs).toISOString();

describe('failover of a database at Render', () => {
  it('lets the standby take over, and tells when it served', async () => {
    await rig.restartWith({ backends: BACKENDS.slice(0, 2) }, 'by_hand');
    const prepared = await rig.prepare(FAIL_OVER);
    expect(prepared).toMatchObject({ after: { primary: 'standby' }, inverse: null });
    const acted = await rig.platform().act(REQUEST, prepared);
    expect(acted).toMatchObject({ success: true, service_id: 'dpg-1', status_code: 202 });
    const report = () => rig.platform().report(REQUEST, prepared, SINCE, acted);
    expect(await report()).toEqual({ kind: 'pending' });
    rig.now = LATE;
    rig.server.databases.settle('dpg-1');
    expect(await report()).toMatchObject({
      kind: 'done',
      result: { success: true },
      endedAt: LATE,
    });
    expect(rig.effects()).toEqual(['failover dpg-1']);
  });

  it.each([
    [
      'another place than the standby',
      { action: { ...FAIL_OVER, to: 'eu' } },
      'fails over to "standby", not to "eu"',
    ],
    [
      'one that is not said to have a standby',
      { target: { ...TARGET, high_availability: false } },
      'high_availability',
    ],
  ] as const)('refuses %s, without a call', async (_, given, why) => {
    expect(await outcome(rig.platform().prepare(asking(FAIL_OVER, given)))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(why),
    });
    expect(rig.server.calls).toEqual([]);
  });

  it.each([
    ['without a standby', { highAvailabilityEnabled: false }, 'high availability is off'],
    ['that is a replica', { role: 'replica' }, 'only a primary fails over'],
    ['that is being updated', { status: 'updating_instance' }, 'something else is at work'],
    ['that is suspended', { suspended: 'suspended' }, 'resume it first'],
  ] as const)('refuses one %s', async (_, given, why) => {
    await rig.restartWith(given);
    expect(await outcome(rig.platform().prepare(REQUEST))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(why),
    });
    expect(rig.effects()).toEqual([]);
  });

  it.each([
    ['by what the standby had, and the primary has now', BACKENDS],
    ['by what is new alone', BACKENDS.slice(0, 2)],
  ])('does not fail over twice after a lost answer: it shows %s', async (_, backends) => {
    await rig.restartWith({ backends });
    const prepared = await rig.prepare(FAIL_OVER);
    rig.server.answerNext('failover-postgres', { ending: 'drop', effect: true });
    expect(await outcome(rig.platform().act(REQUEST, prepared))).toMatchObject({
      code: 'upstream_unavailable',
    });
    const looked = await rig.platform().look(REQUEST, prepared, SINCE);
    expect(looked).toMatchObject({ kind: 'done', result: { status_code: null } });
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'done' });
    expect(rig.effects()).toEqual(['failover dpg-1']);
  });

  it('is not done while the primary keeps what it had, whatever is new', async () => {
    const prepared = await rig.prepare(FAIL_OVER);
    rig.database().backends.push(renderBackend(300, { backendStart: at(3000) }));
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'unknown' });
    rig.now = LATE;
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toEqual({ kind: 'not_done' });
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toEqual({ kind: 'pending' });
  });

  it('is done once the primary has what the standby had, though a list of two moments shows both', async () => {
    const prepared = await rig.prepare(FAIL_OVER);
    rig.now = LATE;
    const backendStart = '2026-03-01T00:00:00Z';
    const processes = [101, 201].map((pid) => ({ pid, backendStart, isLeader: true }));
    rig.server.answerNext('list-postgres-processes', { body: { processes } });
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'done' });
  });

  it('is never said not to be done by what the new primary may have had as the standby', async () => {
    await rig.restartWith({ status: 'unavailable' });
    const prepared = await rig.prepare(FAIL_OVER);
    expect(prepared.before).toMatchObject({ connections: null });
    rig.server.answerNext('failover-postgres', { ending: 'drop', effect: true });
    await outcome(rig.platform().act(REQUEST, prepared));
    rig.now = LATE;
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('either node'),
    });
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'done' });
  });

  it('does not know where nobody is connected, or nobody was for long', async () => {
    const short = renderBackend(101, { backendStart: at(-1000) });
    for (const backends of [[], [short]]) {
      rig.now = new Date(SINCE);
      await rig.restartWith({ backends });
      const prepared = await rig.prepare(FAIL_OVER);
      rig.now = LATE;
      rig.database().backends = [renderBackend(300, { backendStart: at(3000) })];
      expect(await rig.platform().look(REQUEST, prepared, SINCE)).toMatchObject({
        kind: 'unknown',
      });
      rig.database().backends = [];
      expect(await rig.platform().look(REQUEST, prepared, SINCE)).toMatchObject({
        kind: 'unknown',
        why: expect.stringContaining('nobody is connected'),
      });
    }
    expect(rig.effects()).toEqual([]);
  });
});
