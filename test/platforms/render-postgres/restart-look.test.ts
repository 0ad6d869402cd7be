import { describe, expect, it } from 'vitest';
import { renderBackend } from '../../support/render/database.js';
import { asking, BACKENDS, RESTART, RenderPostgresRig } from '../../support/render-postgres/rig.js';
import { outcome } from '../../support/vendor/outcome.js';
import { SINCE } from '../../support/vendor/rig.js';

const rig = new RenderPostgresRig();
const REQUEST = asking(RESTART);
const LATE = new Date(SINCE.getTime() + 45_000);
const at = (afterMs: number) => new Date(SINCE.getTime() + afterMs).toISOString();

const look = async (prepared: Awaited<ReturnType<typeof rig.prepare>>) =>
  rig.platform().look(REQUEST, prepared, SINCE);

describe('restart of a database at Render, whose answer was lost', () => {
  it('does not know while it is on its way, and not once nobody has come back', async () => {
    await rig.restartWith({ reconnects: false, backends: BACKENDS.slice(0, 2) }, 'by_hand');
    const prepared = await rig.prepare(RESTART);
    rig.server.answerNext('restart-postgres', { ending: 'drop', effect: true });
    await outcome(rig.platform().act(REQUEST, prepared));
    rig.now = LATE;
    expect(await look(prepared)).toMatchObject({ kind: 'unknown' });
    rig.server.databases.settle('dpg-1');
    expect(await look(prepared)).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('nobody is connected'),
    });
    // What was accepted has ended all the same: the database serves, and nothing of before is left.
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toMatchObject({
      kind: 'done',
      endedAt: null,
    });
  });

  it('waits before it believes that nothing was done, and longer where something has begun', async () => {
    const prepared = await rig.prepare(RESTART);
    rig.database().backends.push(renderBackend(300, { backendStart: at(3000) }));
    rig.now = new Date(SINCE.getTime() + 44_999);
    expect(await look(prepared)).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('it may yet come'),
    });
    rig.now = LATE;
    rig.database().status = 'config_restart';
    expect(await look(prepared)).toMatchObject({
      kind: 'unknown',
      why: '2 connections are from before, but the database is config restart',
    });
    rig.database().status = 'available';
    expect(await look(prepared)).toEqual({ kind: 'not_done' });
  });

  it('takes what comes and goes by itself for no proof', async () => {
    const short = [renderBackend(101, { backendStart: at(-59_000) })];
    for (const backends of [short, []]) {
      rig.now = new Date(SINCE);
      await rig.restartWith({ highAvailabilityEnabled: false, backends });
      const prepared = await rig.prepare(RESTART);
      rig.now = LATE;
      rig.database().backends = [renderBackend(300, { backendStart: at(3000) })];
      expect(await look(prepared)).toMatchObject({
        kind: 'unknown',
        why: expect.stringContaining('shows nothing'),
      });
    }
  });

  it('knows one that began between the preparation and the call for an old one, clocks apart', async () => {
    await rig.restartWith({ highAvailabilityEnabled: false, backends: [] });
    const prepared = await rig.prepare(RESTART);
    rig.now = LATE;
    rig.database().backends = [renderBackend(300, { backendStart: at(-2001) })];
    expect(await look(prepared)).toEqual({ kind: 'not_done' });
    rig.database().backends = [renderBackend(300, { backendStart: at(-1999) })];
    expect(await look(prepared)).toMatchObject({ kind: 'unknown' });
  });

  it('takes what came before the preparation for older than the call, whenever its first attempt began', async () => {
    await rig.restartWith({ highAvailabilityEnabled: false });
    rig.now = new Date(SINCE.getTime() + 20_000);
    rig.server.answerNext('list-postgres-processes', { status: 503 });
    const prepared = await rig.prepare(RESTART);
    rig.database().backends = [renderBackend(300, { backendStart: at(10_000) })];
    rig.now = new Date(SINCE.getTime() + 70_000);
    expect(await look(prepared)).toEqual({ kind: 'not_done' });
    rig.database().backends = [renderBackend(300, { backendStart: at(30_000) })];
    expect(await look(prepared)).toMatchObject({ kind: 'done' });
  });

  it('does not take the standby’s connections for the primary’s', async () => {
    const prepared = await rig.prepare(RESTART);
    rig.database().backends = [
      renderBackend(201, { node: 'b' }),
      renderBackend(300, { backendStart: at(3000) }),
    ];
    rig.now = LATE;
    expect(await look(prepared)).toMatchObject({ kind: 'done' });
  });

  it('takes a lasting connection of the standby for no proof of what the primary had', async () => {
    const short = renderBackend(101, { backendStart: at(-1000) });
    await rig.restartWith({ backends: [short, renderBackend(201, { node: 'b' })] });
    const prepared = await rig.prepare(RESTART);
    rig.now = LATE;
    rig.database().backends = [
      renderBackend(300, { backendStart: at(3000) }),
      renderBackend(201, { node: 'b' }),
    ];
    expect(await look(prepared)).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('shows nothing'),
    });
  });

  it('knows nothing where a standby’s connections are not told apart', async () => {
    const prepared = await rig.prepare(RESTART);
    rig.now = LATE;
    const body = {
      processes: [{ pid: 101, backendStart: '2026-03-01T00:00:00Z' }, { query: 'begins nowhere' }],
    };
    rig.server.answerNext('list-postgres-processes', { body });
    expect(await look(prepared)).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('does not tell which connections the primary has'),
    });
    rig.server.answerNext('list-postgres-processes', { body });
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'done' });
  });
});
