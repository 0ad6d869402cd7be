import { describe, expect, it } from 'vitest';
import type { LedgerState } from '../../../lib/platforms/platform.js';
import { outcome } from '../../support/vendor/outcome.js';
import { ROLLBACK, SINCE } from '../../support/vendor/rig.js';
import { VENDOR_WORDS } from '../../support/vendor/server.js';
import { settingsOf } from '../../support/vercel/configured.js';
import { asking, CONFIG, REDEPLOY, VercelRig, WITH_EDGE } from '../../support/vercel/rig.js';
import { vercelStatuses } from '../../support/vercel-server.js';

const rig = new VercelRig();
const PROMOTE = { ...ROLLBACK, to: 'dpl_2' };
const REFUSED = { code: 'upstream_refused' };
const CREDENTIAL = { code: 'upstream_refused', message: expect.stringContaining('VERCEL_TOKEN') };
const GONE = { code: 'refused', message: expect.stringContaining('the target is gone') };
const LATER = { code: 'upstream_unavailable' };

/** What each documented failure means, for every operation but those that say otherwise. */
const MEANT: Readonly<Record<number, object>> = {
  400: REFUSED,
  401: CREDENTIAL,
  402: REFUSED,
  403: CREDENTIAL,
  404: GONE,
  409: REFUSED,
  410: GONE,
  412: LATER,
  422: REFUSED,
  428: REFUSED,
  429: LATER,
  500: LATER,
};
/** Another rollback, promotion or change runs: a second try may help. */
const meant = (operation: string, status: number): object =>
  (status === 409 || status === 412) && /^request|^patch/.test(operation)
    ? LATER
    : (MEANT[status] ?? {});

const rows = [...vercelStatuses].flatMap(([operation, statuses]) =>
  statuses.map((status) => ({ operation, status })),
);
const failures = (...wanted: string[]) =>
  rows.filter(({ operation, status }) => status >= 300 && wanted.includes(operation));

const ACTIONS = [
  { action: ROLLBACK, operation: 'requestRollback', production: 'dpl_2' },
  { action: PROMOTE, operation: 'requestPromote', production: 'dpl_1' },
  { action: REDEPLOY, operation: 'createDeployment', production: 'dpl_2' },
] as const;

describe('vercelPlatform, by every documented status of every operation', () => {
  it('knows all operations and statuses that there are', () => {
    expect([...vercelStatuses.keys()].toSorted()).toEqual([
      'createDeployment',
      'createProjectEnv',
      'editProjectEnv',
      'filterProjectEnvs',
      'getDeployments',
      'getEdgeConfigItems',
      'getGlobalConfigItems',
      'getProject',
      'getProjectEnv',
      'patchEdgeConfigItems',
      'patchGlobalConfigItems',
      'removeProjectEnv',
      'requestPromote',
      'requestRollback',
      'updateProject',
    ]);
    expect(rows).toHaveLength(97);
    for (const { status } of rows) if (status >= 300) expect(MEANT).toHaveProperty(`${status}`);
  });

  it.each([
    ['requestRollback', 201, ROLLBACK, 'dpl_2'],
    ['requestPromote', 201, PROMOTE, 'dpl_1'],
    ['requestPromote', 202, PROMOTE, 'dpl_1'],
    ['createDeployment', 200, REDEPLOY, 'dpl_2'],
  ] as const)('takes %s for done by %i', async (operation, status, action, production) => {
    await rig.restartWith({ production });
    const prepared = await rig.prepare(action);
    rig.server.answerNext(operation, { status, effect: true, body: '' });
    expect(await rig.platform().act(asking(action), prepared)).toMatchObject({ success: true });
    expect(await rig.platform().report(asking(action), prepared, SINCE)).toMatchObject({
      kind: 'done',
    });
    expect(rig.server.effects).toEqual([operation]);
  });

  const reads = ACTIONS.flatMap(({ action, production }) =>
    failures('getProject', 'getDeployments').map((row) => ({ ...row, action, production })),
  );

  it.each([
    ...reads,
    ...failures('filterProjectEnvs').map((row) => ({
      ...row,
      action: REDEPLOY,
      production: 'dpl_2',
    })),
  ])(
    'prepares no $action.name when $operation answers $status',
    async ({ operation, status, action, production }) => {
      await rig.restartWith({ production });
      rig.server.answerNext(operation, { status });
      expect(await outcome(rig.platform().prepare(asking(action)))).toMatchObject(
        meant(operation, status),
      );
      expect(rig.server.effects).toEqual([]);
    },
  );

  it.each(
    ACTIONS.flatMap((one) => failures(one.operation).map(({ status }) => ({ ...one, status }))),
  )(
    'does nothing when $operation answers $status, and sees that it did not',
    async ({ action, operation, status, production }) => {
      await rig.restartWith({ production });
      const prepared = await rig.prepare(action);
      rig.server.answerNext(operation, { status });
      expect(await outcome(rig.platform().act(asking(action), prepared))).toMatchObject(
        meant(operation, status),
      );
      expect(await rig.platform().look(asking(action), prepared, SINCE)).toMatchObject({
        kind: 'unknown',
      });
      rig.now = new Date(SINCE.getTime() + 20_000);
      expect(await rig.platform().look(asking(action), prepared, SINCE)).toEqual({
        kind: 'not_done',
      });
      expect(rig.server.effects).toEqual([]);
    },
  );

  it.each(failures('getProject'))(
    'neither acts, looks nor reports when $operation answers $status',
    async ({ operation, status }) => {
      const prepared = await rig.prepare(ROLLBACK);
      for (const step of ['act', 'look', 'report'] as const) {
        rig.server.answerNext(operation, { status });
        const told = rig.platform()[step](asking(ROLLBACK), prepared, SINCE);
        expect(await outcome(told)).toMatchObject(meant(operation, status));
      }
      expect(rig.server.effects).toEqual([]);
    },
  );

  it.each(failures('getDeployments'))(
    'neither looks for nor reports a redeploy when $operation answers $status',
    async ({ operation, status }) => {
      const prepared = await rig.prepare(REDEPLOY);
      for (const step of ['look', 'report'] as const) {
        rig.server.answerNext(operation, { status });
        const told = rig.platform()[step](asking(REDEPLOY), prepared, SINCE);
        expect(await outcome(told)).toMatchObject(meant(operation, status));
      }
    },
  );

  it.each(failures('updateProject'))(
    'counts the rollback, and says that domains are still assigned, when $operation answers $status',
    async ({ operation, status }) => {
      const prepared = await rig.prepare(ROLLBACK);
      await rig.platform().act(asking(ROLLBACK), prepared);
      rig.project.autoAssignCustomDomains = true;
      rig.server.answerNext(operation, { status });
      expect(await rig.platform().report(asking(ROLLBACK), prepared, SINCE)).toMatchObject({
        kind: 'done',
        result: {
          auto_deploy: 'still on',
          auto_deploy_why: expect.stringContaining(`answered ${status}`),
        },
      });
    },
  );

  it('waits as long as a limit says, and lets the other endpoints be called meanwhile', async () => {
    const api = rig.platform();
    const redeploy = await rig.prepare(REDEPLOY);
    const reset = String(SINCE.getTime() / 1000 + 50);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    rig.server.answerNext('createDeployment', { status: 429, body: '', headers });
    for (const _ of [1, 2]) {
      expect(await outcome(api.act(asking(REDEPLOY), redeploy))).toMatchObject({
        code: 'upstream_unavailable',
        retryAfterS: 50,
      });
    }
    const builds = rig.operations().filter((operation) => operation === 'createDeployment');
    expect(builds).toHaveLength(1);
    await api.act(asking(ROLLBACK), await rig.prepare(ROLLBACK));
    expect(rig.server.effects).toEqual(['requestRollback']);
  });
});

describe('vercelPlatform, by every documented status of the calls of a configuration', () => {
  const request = (known: LedgerState) => asking(CONFIG, { target: WITH_EDGE, known: [known] });

  it('takes every documented success for one', async () => {
    const { good, settings } = await rig.breakConfig({ decrypts: 'single' });
    const prepared = await rig.prepare(CONFIG, request(good));
    const calls = [
      'createProjectEnv',
      'editProjectEnv',
      'removeProjectEnv',
      'patchEdgeConfigItems',
    ];
    for (const operation of calls) {
      const [success, ...more] = (vercelStatuses.get(operation) ?? []).filter((one) => one < 300);
      expect(more).toEqual([]);
      if (success === undefined) throw new Error(`${operation} may succeed`);
      rig.server.answerNext(operation, { status: success, effect: true, body: '' });
    }
    expect(await rig.platform().act(request(good), prepared)).toMatchObject({ success: true });
    expect(settingsOf(rig.project)).toEqual(settings);
    expect(new Set(rig.operations())).toEqual(
      new Set(
        [...vercelStatuses.keys()].filter((one) => !/^request|^updateProject|Global/.test(one)),
      ),
    );
  });

  it.each(
    failures(
      'getProject',
      'getDeployments',
      'filterProjectEnvs',
      'getEdgeConfigItems',
      'getProjectEnv',
    ),
  )('prepares nothing when $operation answers $status', async ({ operation, status }) => {
    const { good } = await rig.breakConfig({ decrypts: 'single' });
    rig.server.answerNext(operation, { status });
    expect(await outcome(rig.platform().prepare(request(good)))).toMatchObject(
      meant(operation, status),
    );
    expect(rig.server.effects).toEqual([]);
  });

  it.each(
    failures(
      'createProjectEnv',
      'editProjectEnv',
      'removeProjectEnv',
      'patchEdgeConfigItems',
      'createDeployment',
    ),
  )(
    'builds nothing when $operation answers $status, and puts back what it is refused for good',
    async ({ operation, status }) => {
      const { good } = await rig.breakConfig();
      const before = settingsOf(rig.project);
      const prepared = await rig.prepare(CONFIG, request(good));
      rig.server.answerNext(operation, { status });
      const said = meant(operation, status);
      expect(await outcome(rig.platform().act(request(good), prepared))).toMatchObject(said);
      expect(rig.server.effects).not.toContain('createDeployment');
      rig.now = new Date(SINCE.getTime() + 20_000);
      const looked = await rig.platform().look(request(good), prepared, SINCE);
      const isFirst = operation === 'editProjectEnv';
      expect(looked.kind).toBe(said === LATER && !isFirst ? 'partly' : 'not_done');
      if (said !== LATER) expect(settingsOf(rig.project)).toEqual(before);
    },
  );

  it('does not take a variable for made that Vercel lists among the failed', async () => {
    const { good } = await rig.breakConfig();
    const prepared = await rig.prepare(CONFIG, request(good));
    const error = { code: 'ENV_CONFLICT', message: VENDOR_WORDS };
    rig.server.answerNext('createProjectEnv', {
      status: 201,
      body: { created: [], failed: [{ error }] },
      effect: false,
    });
    expect(await outcome(rig.platform().act(request(good), prepared))).toMatchObject({
      code: 'upstream_refused',
      message: 'Vercel did not take the variable POOL',
    });
    expect(rig.server.effects).not.toContain('createDeployment');
  });
});
