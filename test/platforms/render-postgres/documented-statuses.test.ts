import { describe, expect, it } from 'vitest';
import {
  asking,
  FAIL_OVER,
  RESTART,
  RenderPostgresRig,
} from '../../support/render-postgres/rig.js';
import { postgresStatuses } from '../../support/render-server.js';
import { outcome } from '../../support/vendor/outcome.js';
import { SINCE } from '../../support/vendor/rig.js';

const rig = new RenderPostgresRig();
const ACTIONS = [RESTART, FAIL_OVER] as const;

describe('renderPostgresPlatform, by every documented status of every operation', () => {
  const EXPECTED: Readonly<Record<number, object>> = {
    400: { code: 'upstream_refused' },
    401: { code: 'upstream_refused', message: expect.stringContaining('RENDER_API_KEY') },
    403: { code: 'upstream_refused', message: expect.stringContaining('RENDER_API_KEY') },
    404: { code: 'refused', message: expect.stringContaining('the target is gone') },
    406: { code: 'upstream_refused' },
    410: { code: 'refused', message: expect.stringContaining('the target is gone') },
    429: { code: 'upstream_unavailable', retryAfterS: 7 },
    500: { code: 'upstream_unavailable' },
    503: { code: 'upstream_unavailable' },
  };
  /** What Render answers to the question for processes where it cannot ask the database. */
  const UNASKED = [400, 500, 503];
  const rows = [...postgresStatuses].flatMap(([operation, statuses]) =>
    statuses.map((status) => ({ operation, status })),
  );
  const answer = (operation: string, status: number) =>
    rig.server.answerNext(operation, {
      status,
      headers: status === 429 ? { 'retry-after': '7', 'ratelimit-remaining': '0' } : {},
    });
  const failures = (...wanted: string[]) =>
    rows
      .filter(({ operation, status }) => wanted.includes(operation) && status >= 300)
      .flatMap((row) => ACTIONS.map((action) => ({ ...row, action, name: action.name })));
  const ofList = (isUnasked: boolean) =>
    failures('list-postgres-processes').filter(
      ({ status }) => UNASKED.includes(status) === isUnasked,
    );

  it('knows all operations and statuses that there are', () => {
    expect(rows).toHaveLength(34);
    expect([...postgresStatuses.keys()].toSorted()).toEqual([
      'failover-postgres',
      'list-postgres-processes',
      'restart-postgres',
      'retrieve-postgres',
    ]);
    for (const { status } of rows) if (status >= 300) expect(EXPECTED).toHaveProperty(`${status}`);
  });

  it('takes every documented success for one, and each is answered once at least', async () => {
    const successes = rows.filter(({ status }) => status < 300);
    expect(successes.map(({ operation, status }) => `${operation} ${status}`).toSorted()).toEqual([
      'failover-postgres 202',
      'list-postgres-processes 200',
      'restart-postgres 202',
      'retrieve-postgres 200',
    ]);
    for (const action of ACTIONS) {
      const prepared = await rig.prepare(action);
      const acted = await rig.platform().act(asking(action), prepared);
      expect(acted).toMatchObject({ success: true, status_code: 202 });
      expect(await rig.platform().report(asking(action), prepared, SINCE)).toMatchObject({
        kind: 'done',
      });
    }
    expect(new Set(rig.operations())).toEqual(new Set(postgresStatuses.keys()));
  });

  it.each(failures('retrieve-postgres'))(
    'prepares, and reports, no $name when $operation answers $status',
    async ({ operation, status, action }) => {
      const prepared = await rig.prepare(action);
      answer(operation, status);
      expect(await outcome(rig.platform().prepare(asking(action)))).toMatchObject(
        EXPECTED[status] ?? {},
      );
      rig.now = new Date(SINCE.getTime() + 8000);
      answer(operation, status);
      const told = rig.platform().report(asking(action), prepared, SINCE);
      expect(await outcome(told)).toMatchObject(EXPECTED[status] ?? {});
      expect(rig.effects()).toEqual([]);
    },
  );

  it.each(ofList(false))(
    'prepares, and looks for, no $name when $operation answers $status',
    async ({ operation, status, action }) => {
      const prepared = await rig.prepare(action);
      for (const step of ['prepare', 'look', 'report'] as const) {
        answer(operation, status);
        const platform = rig.platform();
        const told =
          step === 'prepare'
            ? platform.prepare(asking(action))
            : platform[step](asking(action), prepared, SINCE);
        expect(await outcome(told)).toMatchObject(EXPECTED[status] ?? {});
      }
      expect(rig.effects()).toEqual([]);
    },
  );

  it.each(ofList(true))(
    'prepares a $name without what is connected when $operation answers $status, and does not know whether it was done',
    async ({ operation, status, action }) => {
      answer(operation, status);
      const prepared = await rig.prepare(action);
      expect(prepared.before).toMatchObject({ connections: null });
      rig.now = new Date(SINCE.getTime() + 60_000);
      answer(operation, status);
      expect(await rig.platform().look(asking(action), prepared, SINCE)).toMatchObject({
        kind: 'unknown',
        why: expect.stringContaining('cannot tell what is connected'),
      });
      answer(operation, status);
      expect(await rig.platform().report(asking(action), prepared, SINCE)).toEqual({
        kind: 'pending',
      });
      expect(rig.effects()).toEqual([]);
    },
  );

  it.each([
    ...failures('restart-postgres').filter(({ action }) => action === RESTART),
    ...failures('failover-postgres').filter(({ action }) => action === FAIL_OVER),
  ])(
    'does nothing when $operation answers $status, and sees that it did not',
    async ({ operation, status, action }) => {
      const prepared = await rig.prepare(action);
      answer(operation, status);
      const request = asking(action);
      expect(await outcome(rig.platform().act(request, prepared))).toMatchObject(
        EXPECTED[status] ?? {},
      );
      expect(await rig.platform().look(request, prepared, SINCE)).toMatchObject({
        kind: 'unknown',
      });
      rig.now = new Date(SINCE.getTime() + 45_000);
      expect(await rig.platform().look(request, prepared, SINCE)).toEqual({ kind: 'not_done' });
      expect(rig.effects()).toEqual([]);
    },
  );
});
