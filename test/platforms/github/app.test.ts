import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { APP_ID, APP_KEY } from '../../support/github/app.js';
import {
  APP_VARIABLES,
  asApp,
  asking,
  BY_DEPLOYMENT,
  BY_REVERT,
  BY_WORKFLOW,
  GitHubRig,
} from '../../support/github/rig.js';
import { failuresOf, LATER, REFUSED } from '../../support/github/statuses.js';
import { outcome } from '../../support/vendor/outcome.js';
import { SINCE } from '../../support/vendor/rig.js';

const rig = new GitHubRig();
const FIND = 'apps/get-repo-installation';
const MINT = 'apps/create-installation-access-token';
const LIST = 'repos/list-deployments';
const says = (words: string) => ({ code: 'refused', message: expect.stringContaining(words) });
const request = asking(asApp(BY_DEPLOYMENT));
const minted = () => rig.operations().filter((one) => one === MINT).length;
const at = (minutes: number) => new Date(SINCE.getTime() + minutes * 60_000);

describe('gitHubPlatform as a GitHub App', () => {
  it.each([
    ['a deployment', BY_DEPLOYMENT, { deployments: 'write' }],
    ['a workflow', BY_WORKFLOW, { actions: 'write', deployments: 'read' }],
    ['a revert', BY_REVERT, { contents: 'write', pull_requests: 'write', deployments: 'read' }],
  ])(
    'rolls back by %s with a token for that repository and no more',
    async (_, target, permissions) => {
      const api = rig.appPlatform();
      const asked = asking(asApp(target));
      const prepared = await api.prepare(asked);
      expect(await api.act(asked, prepared)).toMatchObject({ success: true });
      await api.report(asked, prepared, SINCE);
      expect(minted()).toBe(1);
      expect(rig.server.calls.find(({ operation }) => operation === MINT)).toMatchObject({
        path: '/app/installations/77/access_tokens',
        body: { repositories: ['shop'], permissions },
      });
    },
  );

  it.each([
    ['with line ends', APP_KEY],
    ['with \\n for line ends', APP_KEY.replaceAll('\n', '\\n')],
    ['as base64', Buffer.from(APP_KEY).toString('base64')],
  ])('reads a key %s', async (_, key) => {
    const api = rig.appPlatform({ ...APP_VARIABLES, GITHUB_APP_PRIVATE_KEY: key });
    await api.prepare(request);
  });

  it('uses the installation that is configured, and looks for none', async () => {
    await rig.appPlatform({ ...APP_VARIABLES, GITHUB_APP_INSTALLATION_ID: '77' }).prepare(request);
    expect(rig.operations()).not.toContain(FIND);
  });

  it('knows further apps by name', async () => {
    const api = rig.appPlatform({
      GITHUB_APP_ACME_ID: APP_ID,
      GITHUB_APP_ACME_PRIVATE_KEY: APP_KEY,
    });
    await api.prepare(asking({ ...BY_DEPLOYMENT, credential: 'GITHUB_APP_ACME' }));
    expect(await outcome(api.prepare(request))).toMatchObject(says('GITHUB_APP_ID is not set'));
  });

  it('has one token made however many ask at once, and another shortly before it expires', async () => {
    const api = rig.appPlatform();
    await Promise.all(Array.from({ length: 20 }, () => api.prepare(request)));
    expect(minted()).toBe(1);
    rig.now = at(54);
    await api.prepare(request);
    expect(minted()).toBe(1);
    rig.now = at(55);
    await Promise.all(Array.from({ length: 5 }, () => api.prepare(request)));
    expect(minted()).toBe(2);
  });

  it('renews a token that was revoked, once for all that were refused', async () => {
    const api = rig.appPlatform();
    await api.prepare(request);
    rig.server.app.state.tokens.clear();
    await Promise.all(Array.from({ length: 5 }, () => api.prepare(request)));
    expect(minted()).toBe(2);
  });

  it('does what it was about to do once the token is renewed, and does it once', async () => {
    const api = rig.appPlatform();
    const prepared = await api.prepare(request);
    rig.server.answerNext('repos/create-deployment', { status: 401, body: '' });
    expect(await api.act(request, prepared)).toMatchObject({ success: true });
    expect(rig.server.effects).toEqual(['repos/create-deployment']);
    expect(minted()).toBe(2);
  });

  it('gives up when the renewed token is refused, too', async () => {
    for (const _ of [1, 2]) rig.server.answerNext(LIST, { status: 401, body: '' });
    expect(await outcome(rig.appPlatform().prepare(request))).toMatchObject({
      ...REFUSED,
      message: expect.stringContaining('GITHUB_APP'),
    });
    expect(minted()).toBe(2);
  });

  it('tries anew after a token could not be made', async () => {
    const api = rig.appPlatform();
    rig.server.answerNext(MINT, { status: 502, body: '' });
    expect(await outcome(api.prepare(request))).toMatchObject(LATER);
    await api.prepare(request);
  });

  it('sends nothing while the limit of its installation is used up', async () => {
    const api = rig.appPlatform();
    rig.server.answerNext(LIST, { status: 429, body: '', headers: { 'retry-after': '60' } });
    expect(await outcome(api.prepare(request))).toMatchObject({ ...LATER, retryAfterS: 60 });
    const calls = rig.server.calls.length;
    expect(await outcome(api.prepare(request))).toMatchObject(LATER);
    expect(rig.server.calls).toHaveLength(calls);
  });
});

describe('gitHubPlatform as a GitHub App that cannot work', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const EC = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  it.each([
    [{}, 'GITHUB_APP_ID is not set'],
    [{ GITHUB_APP_ID: APP_ID }, 'GITHUB_APP_PRIVATE_KEY is not set'],
    [{ GITHUB_APP_ID: 'not an id' }, 'GITHUB_APP_ID is not such an id'],
    [
      { ...APP_VARIABLES, GITHUB_APP_INSTALLATION_ID: 'x' },
      'GITHUB_APP_INSTALLATION_ID is not such an id',
    ],
    [{ ...APP_VARIABLES, GITHUB_APP_PRIVATE_KEY: 'no key' }, 'holds no RSA key'],
    [{ ...APP_VARIABLES, GITHUB_APP_PRIVATE_KEY: APP_KEY.slice(0, 400) }, 'holds no RSA key'],
    [{ ...APP_VARIABLES, GITHUB_APP_PRIVATE_KEY: EC }, 'holds no RSA key'],
  ])('sends nothing with variables of no use, %#', async (variables, why) => {
    expect(await outcome(rig.appPlatform(variables).prepare(request))).toMatchObject(says(why));
    expect(rig.server.calls).toEqual([]);
  });

  it('is refused with the key of another app', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const GITHUB_APP_PRIVATE_KEY = other.export({ type: 'pkcs8', format: 'pem' }).toString();
    const api = rig.appPlatform({ ...APP_VARIABLES, GITHUB_APP_PRIVATE_KEY });
    expect(await outcome(api.prepare(request))).toMatchObject({
      ...REFUSED,
      message: expect.stringContaining('the credential in GITHUB_APP was refused'),
    });
  });

  it('says which permission its installation lacks', async () => {
    rig.server.app.state.installation.permissions = { contents: 'write', deployments: 'read' };
    expect(await outcome(rig.appPlatform().prepare(asking(asApp(BY_REVERT))))).toMatchObject(
      says('on acme/shop: it lacks the permission pull_requests: write'),
    );
    expect(minted()).toBe(0);
  });

  it('says that its installation is suspended', async () => {
    rig.server.app.state.installation.suspended_at = SINCE.toISOString();
    expect(await outcome(rig.appPlatform().prepare(request))).toMatchObject(says('is suspended'));
  });

  it.each([
    [FIND, 301, REFUSED],
    [FIND, 404, says('the GitHub App in GITHUB_APP cannot work on acme/shop: it is not installed')],
    [MINT, 401, REFUSED],
    [MINT, 403, REFUSED],
    [MINT, 404, says('there is no installation 77 of it')],
    [MINT, 422, says('lacks one of the permissions deployments: write')],
  ])('when %s answers %i', async (operation, status, meant) => {
    rig.server.answerNext(operation, { status, body: '' });
    expect(await outcome(rig.appPlatform().prepare(request))).toMatchObject(meant);
    expect(rig.operations()).not.toContain(LIST);
  });

  it.each(
    [FIND, MINT]
      .flatMap((operation) => failuresOf(operation, 'GITHUB_APP'))
      .filter(([, status]) => status !== 404),
  )('when %s answers %i with %j', async (operation, status, headers, meant) => {
    rig.server.answerNext(operation, { status, body: '', headers: { ...headers } });
    expect(await outcome(rig.appPlatform().prepare(request))).toMatchObject(meant);
    expect(rig.operations()).not.toContain(LIST);
  });

  it.each([
    [FIND, { id: 'x' }],
    [MINT, { token: 'ghs_very_secret' }],
    [MINT, 'not json'],
  ])('takes no unknown shape of %s', async (operation, body) => {
    rig.server.answerNext(operation, { body });
    expect(await outcome(rig.appPlatform().prepare(request))).toMatchObject({
      ...REFUSED,
      message: expect.stringContaining('answered in an unknown shape'),
    });
  });
});
