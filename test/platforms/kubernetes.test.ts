import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kubernetesPlatform } from '../../lib/platforms/kubernetes.js';
import { autoscalerObject } from '../support/kubernetes/objects.js';
import { asking, KubernetesRig } from '../support/kubernetes/rig.js';
import { startKubernetesServer } from '../support/kubernetes-server.js';
import { outcome, TOKEN } from '../support/vendor/outcome.js';
import { ROLLBACK, SINCE } from '../support/vendor/rig.js';

const rig = new KubernetesRig();
const RESTART = { name: 'restart' } as const;
const SCALE = { name: 'scale', to: 3 } as const;
const LATER = { code: 'upstream_unavailable' };
const pem = (name: string) =>
  readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url), 'utf8');

/** An adapter whose variables are given, without a server. */
const adapter = (variables: Readonly<Record<string, string>>) =>
  kubernetesPlatform({
    address: (name) => variables[name],
    credential: (name) => variables[name],
    fetch,
    now: () => SINCE,
  });

describe('kubernetesPlatform', () => {
  it('tells the calls, and makes none', () => {
    const api = adapter({ KUBERNETES_API_URL: 'https://k8s.example' });
    const at = 'https://k8s.example/apis/apps/v1/namespaces/default/deployments/shop';
    expect([RESTART, ROLLBACK, SCALE].flatMap((action) => api.describe(asking(action)))).toEqual([
      `PATCH ${at} (annotation kubectl.kubernetes.io/restartedAt)`,
      `PATCH ${at} (the template of an earlier revision)`,
      `PATCH ${at}/scale (or minReplicas of its autoscaler)`,
    ]);
    expect(api).toMatchObject({ name: 'kubernetes', actions: ['restart', 'rollback', 'scale'] });
  });

  it.each([
    ['an action that it has not', asking({ name: 'reset_database' }), 'cannot reset_database'],
    ['another platform', asking(RESTART, { target: { type: 'agent' } }), 'not run in a cluster'],
  ])('refuses %s', async (_, request, why) => {
    expect(await outcome(rig.platform().prepare(request))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(why),
    });
  });

  it.each([
    ['plain PEM', pem('ca')],
    ['its base64', Buffer.from(pem('ca')).toString('base64')],
    ['PEM with written line ends', pem('ca').replaceAll('\n', '\\n')],
  ])('trusts a named cluster by its own authority, given as %s', async (_, ca) => {
    const tls = { cert: pem('server'), key: pem('server-key') };
    const server = await startKubernetesServer({ token: TOKEN, tls });
    const api = adapter({
      KUBERNETES_API_URL_PROD: server.url,
      KUBERNETES_TOKEN_PROD: TOKEN,
      KUBERNETES_CA_PROD: ca,
    });
    const target = { type: 'kubernetes', cluster: 'prod', namespace: 'default' } as const;
    const request = asking(RESTART, { target: { ...target, deployment: 'shop' } });
    await api.act(request, await api.prepare(request));
    expect(server.effects).toEqual(['patchDeployment']);
    const wary = adapter({ KUBERNETES_API_URL_PROD: server.url, KUBERNETES_TOKEN_PROD: TOKEN });
    expect(await outcome(wary.prepare(request))).toMatchObject(LATER);
    await server.close();
  });

  it.each([
    [{}, 'refused', 'KUBERNETES_API_URL is not set'],
    [{ KUBERNETES_API_URL: 'https://k8s.example' }, 'refused', 'KUBERNETES_TOKEN is not set'],
    [{ KUBERNETES_API_URL: 'http://k8s.example' }, 'misconfigured', 'must be https'],
    [
      { KUBERNETES_API_URL: 'https://k8s.example', KUBERNETES_CA: 'nonsense' },
      'refused',
      'KUBERNETES_CA holds no certificate',
    ],
  ])('calls nobody with %j', async (variables, code, why) => {
    const asked = async () => adapter(variables as Record<string, string>).prepare(asking(RESTART));
    expect(await outcome(asked())).toMatchObject({ code, message: expect.stringContaining(why) });
  });

  it('names the variable whose token is refused', async () => {
    const wrong = rig.platform({
      credential: (name) => (name.endsWith('TOKEN') ? 'x' : undefined),
    });
    expect(await outcome(wrong.prepare(asking(RESTART)))).toMatchObject({
      code: 'upstream_refused',
      message: expect.stringContaining('the credential in KUBERNETES_TOKEN was refused'),
    });
  });

  it.each([
    ['readDeployment', 'not json'],
    ['readDeployment', { metadata: {}, spec: {} }],
    ['listReplicaSets', { items: [{}] }],
    ['listAutoscalers', {}],
  ])('prepares nothing on an unknown shape of %s', async (operation, body) => {
    const action = operation === 'listAutoscalers' ? SCALE : ROLLBACK;
    rig.server.answerNext(operation, { body });
    expect(await outcome(rig.platform().prepare(asking(action)))).toMatchObject({
      code: 'upstream_refused',
      message: expect.stringContaining('answered in an unknown shape'),
    });
  });
});

describe('kubernetesPlatform, by every documented failure of what changes something', () => {
  const rows = [
    { action: RESTART, operation: 'patchDeployment' },
    { action: ROLLBACK, operation: 'patchDeployment' },
    { action: SCALE, operation: 'patchDeploymentScale' },
    { action: SCALE, operation: 'patchAutoscaler' },
  ].flatMap((row) => [
    { ...row, status: 400, meant: { code: 'upstream_refused' } },
    { ...row, status: 401, meant: { code: 'upstream_refused' } },
    { ...row, status: 403, meant: { code: 'upstream_refused' } },
    { ...row, status: 404, meant: { code: 'refused' } },
    { ...row, status: 409, meant: LATER },
    { ...row, status: 422, meant: LATER },
    { ...row, status: 429, meant: { ...LATER, retryAfterS: 1 } },
    { ...row, status: 500, meant: LATER },
    { ...row, status: 503, meant: LATER },
  ]);

  it.each(rows)('does nothing when $operation answers $status to $action.name', async (row) => {
    const { action, operation, status, meant } = row;
    const autoscalers = operation === 'patchAutoscaler' ? [autoscalerObject('shop')] : [];
    await rig.restartWith({ autoscalers });
    const prepared = await rig.prepare(action, { byPerson: true });
    const headers: Record<string, string> = status === 429 ? { 'retry-after': '1' } : {};
    rig.server.answerNext(operation, { status, headers });
    expect(await outcome(rig.platform().act(asking(action), prepared))).toMatchObject(meant);
    rig.now = new Date(SINCE.getTime() + 15_000);
    const looked = await rig.platform().look(asking(action), prepared, SINCE);
    expect(looked).toEqual({ kind: 'not_done' });
    expect(rig.server.effects).toEqual([]);
  });

  it.each(rows.filter(({ status }) => status === 503))(
    'finds that $action.name was done by $operation though it answered $status, and does not repeat it',
    async ({ action, operation }) => {
      const autoscalers = operation === 'patchAutoscaler' ? [autoscalerObject('shop')] : [];
      await rig.restartWith({ autoscalers });
      const prepared = await rig.prepare(action, { byPerson: true });
      rig.server.answerNext(operation, { status: 503, effect: true });
      await outcome(rig.platform().act(asking(action), prepared));
      expect(await rig.platform().look(asking(action), prepared, SINCE)).toMatchObject({
        kind: 'done',
        result: { success: true },
      });
      // Though nobody should: a repetition changes nothing.
      await outcome(rig.platform().act(asking(action), prepared));
      expect(rig.server.effects).toEqual([operation]);
    },
  );
});

describe('kubernetesPlatform, telling what is live by every documented failure', () => {
  it.each(
    [400, 401, 403, 404, 409, 422, 429, 500, 503].flatMap((status) => {
      const code = { 404: 'refused', 429: 'upstream_unavailable' }[status];
      const meant = code ?? (status < 500 ? 'upstream_refused' : 'upstream_unavailable');
      return [
        { operation: 'readDeployment', status, meant: { code: meant } },
        // Without it only the number of pods is not known, unless a second look may help.
        {
          operation: 'listAutoscalers',
          status,
          meant: meant === 'upstream_unavailable' ? { code: meant } : { instances: null },
        },
      ];
    }),
  )('of $operation: $status', async ({ operation, status, meant }) => {
    rig.server.answerNext(operation, { status });
    const told = outcome(Promise.resolve(rig.platform().state?.(asking(ROLLBACK))));
    expect(await told).toMatchObject(meant);
    expect(rig.server.effects).toEqual([]);
  });
});
