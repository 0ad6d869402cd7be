import { describe, expect, it } from 'vitest';
import { asking, CONFIG, KNOWN, RESTART, RenderRig, SCALE } from '../../support/render/rig.js';
import { documentedStatuses } from '../../support/render-server.js';
import { outcome } from '../../support/vendor/outcome.js';
import { ROLLBACK, SINCE } from '../../support/vendor/rig.js';

const rig = new RenderRig();

describe('renderPlatform, by every documented status of every operation on services', () => {
  const EXPECTED: Readonly<Record<number, object>> = {
    400: { code: 'upstream_refused' },
    401: { code: 'upstream_refused', message: expect.stringContaining('RENDER_API_KEY') },
    402: { code: 'upstream_refused' },
    403: { code: 'upstream_refused', message: expect.stringContaining('RENDER_API_KEY') },
    404: { code: 'refused', message: expect.stringContaining('the target is gone') },
    406: { code: 'upstream_refused' },
    409: { code: 'upstream_refused' },
    410: { code: 'refused', message: expect.stringContaining('the target is gone') },
    429: { code: 'upstream_unavailable', retryAfterS: 7 },
    500: { code: 'upstream_unavailable' },
    503: { code: 'upstream_unavailable' },
  };
  const rows = [...documentedStatuses].flatMap(([operation, statuses]) =>
    statuses.map((status) => ({ operation, status })),
  );
  const answer = (operation: string, status: number) =>
    rig.server.answerNext(operation, {
      status,
      headers: status === 429 ? { 'retry-after': '7', 'ratelimit-remaining': '0' } : {},
    });
  const only = (...wanted: string[]) => rows.filter(({ operation }) => wanted.includes(operation));
  const failures = (...wanted: string[]) => only(...wanted).filter(({ status }) => status >= 300);

  it('knows all operations and statuses that there are', () => {
    expect(rows).toHaveLength(94);
    expect([...documentedStatuses.keys()].toSorted()).toEqual([
      'create-deploy',
      'get-env-vars-for-service',
      'list-deploys',
      'list-instances',
      'restart-service',
      'retrieve-service',
      'rollback-deploy',
      'scale-service',
      'update-env-vars-for-service',
      'update-service',
    ]);
    for (const { status } of rows) if (status >= 300) expect(EXPECTED).toHaveProperty(`${status}`);
  });

  it('takes every documented success for one, and each is answered once at least', async () => {
    const successes = rows.filter(({ status }) => status < 300);
    expect(successes.map(({ operation, status }) => `${operation} ${status}`).toSorted()).toEqual([
      'create-deploy 201',
      'create-deploy 202',
      'get-env-vars-for-service 200',
      'list-deploys 200',
      'list-instances 200',
      'restart-service 200',
      'retrieve-service 200',
      'rollback-deploy 201',
      'scale-service 202',
      'update-env-vars-for-service 200',
      'update-service 200',
    ]);
    for (const action of [RESTART, SCALE, CONFIG, ROLLBACK]) {
      const prepared = await rig.prepare(action, { known: [KNOWN] });
      expect(await rig.platform().act(asking(action), prepared)).toMatchObject({ success: true });
      expect(await rig.platform().report(asking(action), prepared, SINCE)).toMatchObject({
        kind: 'done',
      });
    }
    expect(new Set(rig.operations())).toEqual(new Set(documentedStatuses.keys()));
  });

  it.each(failures('retrieve-service', 'list-instances'))(
    'prepares no restart when $operation answers $status',
    async ({ operation, status }) => {
      answer(operation, status);
      expect(await outcome(rig.platform().prepare(asking(RESTART)))).toMatchObject(
        EXPECTED[status] ?? {},
      );
      expect(rig.server.effects).toEqual([]);
    },
  );

  it.each(failures('retrieve-service', 'list-deploys'))(
    'prepares no rollback when $operation answers $status',
    async ({ operation, status }) => {
      answer(operation, status);
      expect(await outcome(rig.platform().prepare(asking(ROLLBACK)))).toMatchObject(
        EXPECTED[status] ?? {},
      );
      expect(rig.server.effects).toEqual([]);
    },
  );

  it.each(failures('restart-service'))(
    'does not restart when it answers $status, and sees that it did not',
    async ({ operation, status }) => {
      const prepared = await rig.prepare(RESTART);
      answer(operation, status);
      const request = asking(RESTART);
      expect(await outcome(rig.platform().act(request, prepared))).toMatchObject(
        EXPECTED[status] ?? {},
      );
      expect(await rig.platform().look(request, prepared, SINCE)).toMatchObject({
        kind: 'unknown',
      });
      rig.now = new Date(SINCE.getTime() + 20_000);
      expect(await rig.platform().look(request, prepared, SINCE)).toEqual({ kind: 'not_done' });
      expect(rig.server.effects).toEqual([]);
    },
  );

  it.each(failures('rollback-deploy'))(
    'does not roll back when it answers $status, touches nothing else, and sees that it did not',
    async ({ operation, status }) => {
      const prepared = await rig.prepare(ROLLBACK);
      answer(operation, status);
      const request = asking(ROLLBACK);
      expect(await outcome(rig.platform().act(request, prepared))).toMatchObject(
        EXPECTED[status] ?? {},
      );
      rig.now = new Date(SINCE.getTime() + 20_000);
      expect(await rig.platform().look(request, prepared, SINCE)).toEqual({ kind: 'not_done' });
      expect(rig.server.effects).toEqual([]);
    },
  );

  it.each(failures('update-service'))(
    'counts the rollback, and says that auto-deploy is still on, when it answers $status',
    async ({ operation, status }) => {
      const prepared = await rig.prepare(ROLLBACK);
      answer(operation, status);
      expect(await rig.platform().act(asking(ROLLBACK), prepared)).toMatchObject({
        success: true,
        auto_deploy: 'still on',
        auto_deploy_why: expect.stringMatching(
          new RegExp(`^Render: PATCH /services/srv-1 answered ${status}`),
        ),
      });
      expect(rig.server.effects).toEqual(['rollback-deploy']);
    },
  );

  it.each(failures('retrieve-service'))(
    'counts the rollback, and leaves auto-deploy unconfirmed, when it is read back with $status',
    async ({ operation, status }) => {
      const prepared = await rig.prepare(ROLLBACK);
      answer(operation, status);
      expect(await rig.platform().act(asking(ROLLBACK), prepared)).toMatchObject({
        success: true,
        auto_deploy: 'unconfirmed',
        auto_deploy_why: expect.stringContaining(`answered ${status}`),
      });
      expect(rig.server.effects).toEqual(['rollback-deploy', 'update-service']);
    },
  );

  it.each(failures('list-instances'))(
    'cannot look for, or report, a restart when list-instances answers $status',
    async ({ operation, status }) => {
      const prepared = await rig.prepare(RESTART);
      for (const step of ['look', 'report'] as const) {
        answer(operation, status);
        const told = rig.platform()[step](asking(RESTART), prepared, SINCE);
        expect(await outcome(told)).toMatchObject(EXPECTED[status] ?? {});
      }
    },
  );

  it.each(failures('list-deploys'))(
    'cannot look for, or report, a rollback when list-deploys answers $status',
    async ({ operation, status }) => {
      const prepared = await rig.prepare(ROLLBACK);
      for (const step of ['look', 'report'] as const) {
        answer(operation, status);
        const told = rig.platform()[step](asking(ROLLBACK), prepared, SINCE);
        expect(await outcome(told)).toMatchObject(EXPECTED[status] ?? {});
      }
    },
  );

  it.each(failures('retrieve-service', 'list-deploys', 'get-env-vars-for-service'))(
    'prepares no rollback of the configuration when $operation answers $status',
    async ({ operation, status }) => {
      answer(operation, status);
      const request = asking(CONFIG, { known: [KNOWN] });
      expect(await outcome(rig.platform().prepare(request))).toMatchObject(EXPECTED[status] ?? {});
      expect(rig.server.effects).toEqual([]);
    },
  );

  it.each(failures('update-env-vars-for-service', 'create-deploy'))(
    'deploys no configuration when $operation answers $status, and sees that it did not',
    async ({ operation, status }) => {
      const prepared = await rig.prepare(CONFIG, { known: [KNOWN] });
      answer(operation, status);
      const later = operation === 'create-deploy' && status === 409;
      expect(await outcome(rig.platform().act(asking(CONFIG), prepared))).toMatchObject(
        later ? { code: 'upstream_unavailable' } : (EXPECTED[status] ?? {}),
      );
      rig.now = new Date(SINCE.getTime() + 20_000);
      const isHalf = operation === 'create-deploy' && [409, 429, 500, 503].includes(status);
      expect(await rig.platform().look(asking(CONFIG), prepared, SINCE)).toMatchObject({
        kind: isHalf ? 'partly' : 'not_done',
      });
      expect(rig.server.effects).not.toContain('create-deploy');
    },
  );

  it('takes a deploy that is queued without a word for accepted', async () => {
    const prepared = await rig.prepare(CONFIG, { known: [KNOWN] });
    rig.server.answerNext('create-deploy', { status: 202, body: '', effect: true });
    expect(await rig.platform().act(asking(CONFIG), prepared)).toMatchObject({ deploy_id: null });
    expect(await rig.platform().report(asking(CONFIG), prepared, SINCE)).toMatchObject({
      kind: 'done',
      result: { deploy_id: 'dep-new1' },
    });
  });

  it.each(failures('scale-service'))(
    'does not scale when it answers $status, and sees that it did not',
    async ({ operation, status }) => {
      const prepared = await rig.prepare(SCALE);
      answer(operation, status);
      expect(await outcome(rig.platform().act(asking(SCALE), prepared))).toMatchObject(
        EXPECTED[status] ?? {},
      );
      rig.now = new Date(SINCE.getTime() + 20_000);
      expect(await rig.platform().look(asking(SCALE), prepared, SINCE)).toEqual({
        kind: 'not_done',
      });
      expect(rig.server.effects).toEqual([]);
    },
  );
});
