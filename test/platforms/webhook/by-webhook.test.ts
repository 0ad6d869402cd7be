import { describe, expect, it } from 'vitest';
import { outcome } from '../../support/vendor/outcome.js';
import { RECOVERY_ID, ROLLBACK, SINCE } from '../../support/vendor/rig.js';
import { asking, WEBHOOK, WEBHOOK_SECRET, WebhookRig } from '../../support/webhook/rig.js';

const rig = new WebhookRig();
const RESTART = asking({ name: 'restart' });
const SAFE = asking(
  { name: 'restart' },
  { target: { ...WEBHOOK, actions: [...WEBHOOK.actions], drops_duplicates: true } },
);
const LATE = new Date(SINCE.getTime() + 20_000);

/** Carry out once, and answer what is known of it afterwards. */
async function acted(request = RESTART) {
  const prepared = await rig.prepare(request);
  return { prepared, result: await rig.platform().act(request, prepared) };
}

describe('byWebhook, carried out', () => {
  it('has it done once, and needs no further question', async () => {
    const { prepared, result } = await acted();
    expect(result).toMatchObject({
      success: true,
      service_id: 'shop-prod',
      component: 'shop',
      status_code: 200,
    });
    expect(await rig.platform().report(RESTART, prepared, SINCE, result)).toMatchObject({
      kind: 'done',
      result: { success: true },
    });
    expect(rig.server.effects).toEqual(['restart shop-prod']);
    expect(rig.operations()).toEqual(['action']);
  });

  it.each([
    [{ name: 'rollback', rollback_type: 'deployment' }],
    [{ name: 'scale', to: 3 }],
  ] as const)('takes %j back, told which, where the receiver does that', async (action) => {
    const target = { ...WEBHOOK, actions: [...WEBHOOK.actions], takes_back: true };
    const request = asking(action, { target });
    const { prepared } = await acted(request);
    expect(prepared).toMatchObject({ before: { recovery_id: RECOVERY_ID }, inverse: action });
    const undo = asking(action, {
      target,
      recoveryId: '0199d2a0-0000-7000-8000-000000000002',
      undoes: prepared,
    });
    const back = await rig.prepare(undo);
    expect(back).toMatchObject({ before: { undoes: RECOVERY_ID }, inverse: null });
    await rig.platform().act(undo, back);
    expect(rig.server.calls.map(({ body }) => body)).toMatchObject([
      { data: { action: action.name, recovery_id: RECOVERY_ID } },
      { data: { action: action.name, undoes: RECOVERY_ID } },
    ]);
    expect(rig.server.calls[0]?.body).not.toHaveProperty('data.undoes');
  });

  it.each([{ name: 'rollback', rollback_type: 'deployment' }, { name: 'restart' }] as const)(
    'knows no way back of %j where the receiver takes nothing back, or nothing was changed',
    async (action) => {
      const takesBack = action.name === 'restart';
      const target = { ...WEBHOOK, actions: [...WEBHOOK.actions], takes_back: takesBack };
      expect(await rig.prepare(asking(action, { target }))).toMatchObject({ inverse: null });
    },
  );

  it('rolls back what the receiver is declared to, and tells it which', async () => {
    const config = { name: 'rollback', rollback_type: 'config' } as const;
    await expect(rig.prepare(asking(config))).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('not declared to roll back config'),
    });
    const rolls_back = ['config', 'previous_state'] as const;
    const target = { ...WEBHOOK, actions: [...WEBHOOK.actions], rolls_back };
    await expect(rig.prepare(asking(ROLLBACK, { target }))).rejects.toMatchObject({
      code: 'refused',
    });
    await acted(asking(config, { target }));
    expect(rig.server.calls).toHaveLength(1);
    expect(rig.server.calls[0]?.body).toMatchObject({
      data: { action: 'rollback', params: { rollback_type: 'config' } },
    });
  });

  it('keeps the shape of a rollback', async () => {
    const request = asking({ ...ROLLBACK, to: 'v41' });
    const { result } = await acted(request);
    expect(result).toMatchObject({
      success: true,
      rollback_type: 'deployment',
      from_state: null,
      to_state: null,
    });
    expect(rig.server.calls[0]?.body).toMatchObject({
      data: { action: 'rollback', params: { rollback_type: 'deployment', to: 'v41' } },
    });
  });

  it.each(['accepted', 'accepted_with_url'] as const)(
    'asks until it is done, where it was %s',
    async (answers) => {
      await rig.restartWith({ answers, hasStatus: answers === 'accepted' });
      const { prepared, result } = await acted();
      expect(result).toMatchObject({ status_code: 202, message: 'the webhook has accepted it' });
      const report = () => rig.platform().report(RESTART, prepared, SINCE, result);
      expect(await report()).toEqual({ kind: 'pending' });
      rig.server.states.set(RECOVERY_ID, 'done');
      expect(await report()).toMatchObject({ kind: 'done', result: { success: true } });
      rig.server.states.set(RECOVERY_ID, 'failed');
      expect(await report()).toMatchObject({
        kind: 'failed',
        why: 'the webhook tells that it failed',
        result: { success: false },
      });
      rig.server.states.clear();
      expect(await report()).toMatchObject({ kind: 'failed', why: expect.stringContaining('not') });
      expect(rig.server.effects).toEqual(['restart shop-prod']);
    },
  );

  it('leaves it to the metrics where it was accepted and nobody tells the rest', async () => {
    await rig.restartWith({ answers: 'accepted', hasStatus: false });
    const { prepared, result } = await acted();
    expect(await rig.platform().report(RESTART, prepared, SINCE, result)).toMatchObject({
      kind: 'done',
      result: { message: 'accepted; nobody tells how it ended' },
    });
  });

  it.each([
    'https://elsewhere.example/actions/status/1',
    '//elsewhere.example/1',
    '/actions/status/1?token=x',
    'https://user:pass@127.0.0.1/1',
    'http://[',
  ])('does not follow the status address %s', async (url) => {
    await rig.restartWith({ hasStatus: false });
    rig.server.answerNext('action', { status: 202, body: { status_url: url }, effect: true });
    expect((await acted()).result).toMatchObject({ status_code: 202, status_path: null });
  });

  it.each(['not json', '[]', '{"state":"odd"}', ''])('takes 200 with %j for done', async (body) => {
    rig.server.answerNext('action', { status: 200, body, effect: true });
    expect((await acted()).result).toMatchObject({ success: true, status_code: 200 });
  });

  it('believes a receiver that says that it failed', async () => {
    const prepared = await rig.prepare(RESTART);
    rig.server.answerNext('action', { status: 200, body: { state: 'failed' } });
    expect(await outcome(rig.platform().act(RESTART, prepared))).toMatchObject({
      code: 'upstream_refused',
      message: 'shop-prod: the webhook tells that it failed',
    });
  });
});

describe('byWebhook, refused', () => {
  it.each([
    [400, {}, { code: 'upstream_refused' }],
    [
      401,
      {},
      { code: 'upstream_refused', message: expect.stringContaining('_SECRET was refused') },
    ],
    [404, {}, { code: 'refused' }],
    [410, {}, { code: 'refused' }],
    [422, {}, { code: 'upstream_refused' }],
    [429, { 'retry-after': '7' }, { code: 'upstream_unavailable', retryAfterS: 7 }],
    [500, {}, { code: 'upstream_unavailable' }],
    [503, { 'retry-after': '9' }, { code: 'upstream_unavailable', retryAfterS: 9 }],
    [302, { location: 'https://elsewhere.example' }, { code: 'upstream_refused' }],
  ])('does nothing on %i with %j, and sees that it did not', async (status, headers, meant) => {
    const prepared = await rig.prepare(RESTART);
    rig.server.answerNext('action', { status, headers, body: '' });
    const failed = await outcome(rig.platform().act(RESTART, prepared));
    expect(failed).toMatchObject(meant);
    expect(JSON.stringify(failed)).not.toContain(WEBHOOK_SECRET);
    rig.now = LATE;
    expect(await rig.platform().look(RESTART, prepared, SINCE)).toEqual({ kind: 'not_done' });
    expect(rig.server.effects).toEqual([]);
  });

  it('does not send again while the receiver has asked to wait', async () => {
    const prepared = await rig.prepare(RESTART);
    rig.server.answerNext('action', { status: 429, headers: { 'retry-after': '7' }, body: '' });
    const platform = rig.platform();
    await outcome(platform.act(RESTART, prepared));
    expect(await outcome(platform.act(RESTART, prepared))).toMatchObject({
      code: 'upstream_unavailable',
      retryAfterS: 7,
    });
    expect(rig.operations()).toEqual(['action']);
  });

  it.each([
    ['another secret', { credential: () => `whsec_${Buffer.alloc(32, 7).toString('base64')}` }],
    ['a clock that is behind', { now: () => new Date(SINCE.getTime() - 6 * 60_000) }],
  ])('is not let in with %s', async (_, given) => {
    const prepared = await rig.prepare(RESTART);
    expect(await outcome(rig.platform(given).act(RESTART, prepared))).toMatchObject({
      code: 'upstream_refused',
      message: expect.stringContaining('the credential in ACTION_WEBHOOK_SECRET was refused'),
    });
    expect(rig.server.effects).toEqual([]);
  });
});

describe('byWebhook, when its answer was lost', () => {
  it.each([
    ['nothing', { ending: 'drop', effect: true }],
    ['503', { status: 503, effect: true, body: '' }],
    ['half an answer', { ending: 'cut', effect: true }],
  ] as const)('finds by its state that it was done after %s', async (_, answer) => {
    const prepared = await rig.prepare(RESTART);
    rig.server.answerNext('action', answer);
    expect(await outcome(rig.platform().act(RESTART, prepared))).toMatchObject({
      code: 'upstream_unavailable',
    });
    const looked = await rig.platform().look(RESTART, prepared, SINCE);
    expect(looked).toMatchObject({ kind: 'done', result: { success: true, status_code: null } });
    const result = looked.kind === 'done' ? looked.result : null;
    expect(await rig.platform().report(RESTART, prepared, SINCE, result)).toMatchObject({
      kind: 'done',
    });
    expect(rig.server.effects).toEqual(['restart shop-prod']);
  });

  it('gives up waiting, and asks', async () => {
    const prepared = await rig.prepare(RESTART);
    rig.server.answerNext('action', { ending: 'hang', effect: true });
    const hasty = rig.platform({ timeoutMs: 100 });
    expect(await outcome(hasty.act(RESTART, prepared))).toMatchObject({
      code: 'upstream_unavailable',
      message: expect.stringContaining('did not answer within 100 ms'),
    });
    expect(await rig.platform().look(RESTART, prepared, SINCE)).toMatchObject({ kind: 'done' });
  });

  it('believes only after a while that it never came', async () => {
    const prepared = await rig.prepare(RESTART);
    rig.server.answerNext('action', { ending: 'drop' });
    await outcome(rig.platform().act(RESTART, prepared));
    const look = () => rig.platform().look(RESTART, prepared, SINCE);
    expect(await look()).toMatchObject({ kind: 'unknown' });
    rig.now = LATE;
    expect(await look()).toEqual({ kind: 'not_done' });
  });

  it('cannot tell where the receiver cannot, and does not repeat it', async () => {
    const prepared = await rig.prepare(RESTART);
    rig.now = LATE;
    rig.server.answerNext('status', { status: 200, body: { state: 'unknown' } });
    expect(await rig.platform().look(RESTART, prepared, SINCE)).toMatchObject({ kind: 'unknown' });
    await rig.restartWith({ hasStatus: false });
    rig.now = LATE;
    expect(await rig.platform().look(RESTART, prepared, SINCE)).toMatchObject({ kind: 'unknown' });
    expect(rig.operations()).toEqual([]);
  });

  it('is repeated under the same id where the receiver drops what it knows', async () => {
    await rig.restartWith({ hasStatus: false, dropsDuplicates: true });
    const prepared = await rig.prepare(SAFE);
    rig.server.answerNext('action', { ending: 'drop', effect: true });
    await outcome(rig.platform().act(SAFE, prepared));
    expect(await rig.platform().look(SAFE, prepared, SINCE)).toEqual({ kind: 'not_done' });
    expect(await rig.platform().act(SAFE, prepared)).toMatchObject({ success: true });
    expect(rig.server.messageIds).toEqual([RECOVERY_ID, RECOVERY_ID]);
    expect(rig.server.effects).toEqual(['restart shop-prod']);
  });

  it.each([
    [404, '', { code: 'refused' }],
    [200, 'not json', { code: 'upstream_refused' }],
    [200, { state: 'odd' }, { code: 'upstream_refused' }],
    [503, '', { code: 'upstream_unavailable' }],
    [429, '', { code: 'upstream_unavailable' }],
  ])('takes %i with %j for no leave to repeat it', async (status, body, meant) => {
    const prepared = await rig.prepare(RESTART);
    rig.now = LATE;
    rig.server.answerNext('status', { status, body });
    expect(await outcome(rig.platform().look(RESTART, prepared, SINCE))).toMatchObject(meant);
  });
});
