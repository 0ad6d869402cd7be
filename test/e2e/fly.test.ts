import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flyConfig, flyMachine } from '../support/fly/machine.js';
import { type FlyServer, startFlyServer } from '../support/fly-server.js';
import { healthy, live, past, runOut, send } from '../support/life.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;
let fly: FlyServer;

beforeAll(async () => {
  const worker = flyConfig('shop:2', { metadata: { fly_process_group: 'worker' } });
  fly = await startFlyServer({
    token: 'fm2_test',
    app: 'shop',
    machines: [flyMachine(1), flyMachine(2), flyMachine(3, { config: worker })],
  });
  stack = await startTestStack({
    // A busy machine must not make a test's samples look stale.
    settings: { recoveryShare: 1, freshIntervals: 10, freshShare: 0.3, settleScaleS: 1 },
    env: { FLY_API_URL: fly.url, FLY_API_TOKEN: 'FlyV1 fm2_test' },
  });
});

afterAll(async () => {
  await stack.close();
  await fly.close();
});

const imagesOf = () => fly.machines.map(({ config }) => config.image);

/** Ask for an action on the workers, and answer the recovery once it has ended. */
async function ended(path: string, body: object): Promise<{ id: string; state: string }> {
  const asked = await stack.call('POST', path, { reason: 'a test', ...body });
  expect(asked).toMatchObject({ status: 202 });
  const isUndo = path.endsWith('/undo');
  const id = isUndo ? path.split('/')[3] : asked.body.recovery.id;
  return live(stack, 'the end of it', {
    component: 'worker',
    values: () => healthy,
    ask: async () => (await stack.call('GET', `/api/recoveries/${id}`)).body,
    isWanted: ({ state }) =>
      isUndo ? state === 'undone' : ['succeeded', 'failed'].includes(state),
  });
}

describe('a component on Fly.io', () => {
  it('is restarted machine by machine, none twice though an answer is lost, and the incident closes', async () => {
    fly.answerNext('restart', { ending: 'drop', effect: true });
    const platform = { type: 'fly', app: 'shop' };
    await stack.call('PUT', '/api/components/leaks', { platform, mode: 'auto' });
    const shown = await runOut(stack, 'leaks', { isRestarted: () => fly.effects.length > 1 });
    expect(shown.recoveries).toMatchObject([{ action: 'restart', state: 'succeeded' }]);
    expect(fly.effects).toEqual(['restart m1', 'restart m2']);
  }, 300_000);

  it('is rolled back and scaled by process group, and each undo puts everything back', async () => {
    const platform = { type: 'fly', app: 'shop', process_group: 'worker' };
    await stack.call('PUT', '/api/components/worker', { platform, scale: { min: 1, max: 3 } });
    await send(
      stack,
      'worker',
      past(30, () => healthy),
    );
    const rollback = await ended('/api/recover', { component: 'worker', action: 'rollback' });
    expect(rollback).toMatchObject({
      state: 'succeeded',
      executor: 'fly',
      result: { from_state: { image: 'shop:2' }, to_state: { image: 'shop:1' } },
    });
    expect(imagesOf()).toEqual(['shop:2', 'shop:2', 'shop:1']);
    await ended(`/api/recoveries/${rollback.id}/undo`, {});
    expect(imagesOf()).toEqual(['shop:2', 'shop:2', 'shop:2']);
    const order = { component: 'worker', action: 'scale', params: { to: 2 } };
    const scaled = await ended('/api/recover', order);
    expect(scaled).toMatchObject({ state: 'succeeded' });
    expect(fly.machines).toHaveLength(4);
    await ended(`/api/recoveries/${scaled.id}/undo`, {});
    expect(fly.machines.map(({ id }) => id)).toEqual(['m1', 'm2', 'm3']);
  }, 300_000);

  it('is not scaled past its bounds', async () => {
    const asked = await stack.call('POST', '/api/recover', {
      component: 'worker',
      action: 'scale',
      params: { to: 4 },
      reason: 'a test',
    });
    expect(asked.status).toBe(409);
    expect(JSON.stringify(asked.body)).toContain('outside 1 to 3 instances');
  });
});
