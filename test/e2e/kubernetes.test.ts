import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KubernetesServer, startKubernetesServer } from '../support/kubernetes-server.js';
import { healthy, live, runOut } from '../support/life.js';
import { startTestStack, type TestStack } from '../support/stack.js';

const pem = (name: string) =>
  readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url), 'utf8');

let stack: TestStack;
let cluster: KubernetesServer;

beforeAll(async () => {
  const tls = { cert: pem('server'), key: pem('server-key') };
  cluster = await startKubernetesServer({ token: 'kubernetes_test', tls });
  stack = await startTestStack({
    // A busy machine must not make a test's samples look stale.
    settings: { recoveryShare: 1, freshIntervals: 10, freshShare: 0.3, settleScaleS: 1 },
    env: {
      KUBERNETES_API_URL_PROD: cluster.url,
      KUBERNETES_TOKEN_PROD: 'kubernetes_test',
      KUBERNETES_CA_PROD: Buffer.from(pem('ca')).toString('base64'),
    },
  });
});

afterAll(async () => {
  await stack.close();
  await cluster.close();
});

const platform = { type: 'kubernetes', cluster: 'prod', deployment: 'shop' };

/** What somebody sees of a recovery once it is in one of the states. */
const seen = (id: string, states: readonly string[]) =>
  live(stack, 'the end of it', {
    component: 'shop',
    values: () => healthy,
    ask: async () => (await stack.call('GET', `/api/recoveries/${id}`)).body,
    isWanted: ({ state }) => states.includes(state),
  });

/** Ask for an action by hand, and answer it once it has ended. */
async function ended(action: string, params: object = {}) {
  const body = { component: 'shop', action, params, reason: 'a test' };
  const asked = await stack.call('POST', '/api/recover', body);
  expect(asked).toMatchObject({ status: 202 });
  return seen(asked.body.recovery.id, ['succeeded', 'failed']);
}

async function undo(id: string): Promise<void> {
  const asked = await stack.call('POST', `/api/recoveries/${id}/undo`, { reason: 'a test' });
  expect(asked).toMatchObject({ status: 202 });
  await seen(id, ['undone']);
}

describe('a component in a cluster with an authority of its own', () => {
  it('is restarted when its memory runs out, once though the answer is lost, and the incident closes', async () => {
    await stack.call('PUT', '/api/components/shop', {
      platform,
      mode: 'auto',
      scale: { min: 1, max: 3 },
    });
    cluster.answerNext('patchDeployment', { ending: 'drop', effect: true });
    const shown = await runOut(stack, 'shop', { isRestarted: () => cluster.effects.length > 0 });
    expect(shown.recoveries).toMatchObject([{ action: 'restart', state: 'succeeded' }]);
    expect(cluster.effects).toEqual(['patchDeployment']);
  }, 300_000);

  it('is rolled back and scaled, and each undo puts everything back', async () => {
    const before = structuredClone(cluster.deployment.spec);
    const rollback = await ended('rollback');
    expect(rollback).toMatchObject({
      state: 'succeeded',
      executor: 'kubernetes',
      result: { from_state: { images: ['shop:2'] }, to_state: { images: ['shop:1'] } },
    });
    expect(cluster.deployment.spec.template).not.toEqual(before.template);
    await undo(rollback.id);
    expect(cluster.deployment.spec).toEqual(before);
    const scaled = await ended('scale', { to: 3 });
    expect(scaled).toMatchObject({ state: 'succeeded', result: { to_state: { instances: 3 } } });
    expect(cluster.deployment.spec.replicas).toBe(3);
    await undo(scaled.id);
    expect(cluster.deployment.spec).toEqual(before);
  }, 300_000);

  it('keeps nothing of what its pods are told', async () => {
    const rows = await stack.app.sql`
      select before_state::text as before, result::text as result from recoveries limit 100`;
    expect(rows.length).toBeGreaterThan(3);
    expect(JSON.stringify(rows)).not.toContain('pod-secret');
  });
});
