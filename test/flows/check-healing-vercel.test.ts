import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../lib/app.js';
import { checkHealing } from '../../lib/flows/check-healing.js';
import { readHealChecks } from '../../lib/store/heal-checks.js';
import { startTestStack, type TestStack } from '../support/stack.js';
import { configured } from '../support/vercel/configured.js';
import { vercelDeployment, vercelProject } from '../support/vercel/project.js';
import { startVercelServer, type VercelServer } from '../support/vercel-server.js';

const GOOD = 20;
const TOKENS = { VERCEL_TOKEN: 'vcl_test', VERCEL_TOKEN_WRONG: 'vcl_wrong' };

/** Projects in which something that a plan may want cannot be done, and the words that say why. */
const BAD = [
  ['may-not-decrypt', { decrypts: 'never' }, {}, 'VERCEL_TOKEN may not decrypt DATABASE_URL, POOL'],
  ['no-edge-config', {}, { edge_config: 'ecfg_9' }, 'the credential in VERCEL_TOKEN was refused'],
  ['wrong-token', {}, { credential: 'VERCEL_TOKEN_WRONG' }, 'VERCEL_TOKEN_WRONG was refused'],
  ['no-token', {}, { credential: 'VERCEL_TOKEN_NONE' }, 'VERCEL_TOKEN_NONE is not set'],
  ['paused', { paused: true }, {}, 'the project is paused'],
  ['assigns-nothing', { autoAssignCustomDomains: false }, {}, 'a redeploy would not go live'],
  ['served-once', { deployments: [vercelDeployment(2)] }, {}, 'served before'],
] as const;

let stack: TestStack;
let vercel: VercelServer;
let app: App;

beforeAll(async () => {
  const good = Array.from({ length: GOOD }, (_, i) => vercelProject(`prj_good${i}`, configured()));
  const bad = BAD.map(([, given], i) =>
    vercelProject(`prj_bad${i}`, { ...configured(), ...given, deployments: deploymentsOf(given) }),
  );
  vercel = await startVercelServer({ token: 'vcl_test', projects: [...good, ...bad] });
  stack = await startTestStack({ env: { VERCEL_API_URL: vercel.url, ...TOKENS } });
  app = { ...stack.app, log: () => undefined };
  const put = async (name: string, platform: object) => {
    const body = { platform: { type: 'vercel', ...platform } };
    expect((await stack.call('PUT', `/api/components/${name}`, body)).status).toBe(201);
  };
  for (let i = 0; i < GOOD; i += 1) await put(`good-${i}`, { project_id: `prj_good${i}` });
  for (const [i, [name, , ref]] of BAD.entries()) {
    await put(`bad-${name}`, { project_id: `prj_bad${i}`, ...ref });
  }
});

const deploymentsOf = (given: object) =>
  'deployments' in given ? [vercelDeployment(2)] : [vercelDeployment(1), vercelDeployment(2)];

afterAll(async () => {
  await stack.close();
  await vercel.close();
});

describe('checkHealing, at Vercel', () => {
  it(`accuses none of ${GOOD} that are well, finds every one that is not, and only reads`, async () => {
    await checkHealing(app);
    expect(new Set(vercel.calls.map(({ method }) => method))).toEqual(new Set(['GET']));
    expect(vercel.effects).toEqual([]);
    const accused = (await readHealChecks(app.sql)).map(({ component }) => component).sort();
    expect(accused).toEqual(BAD.map(([name]) => `bad-${name}`).sort());
  });

  it.each(BAD)('says of %s why', async (name, _, __, why) => {
    const { body } = await stack.call('GET', `/api/components/bad-${name}`);
    expect(['partly', 'no']).toContain(body.can_be_healed.verdict);
    expect(JSON.stringify(body.can_be_healed)).toContain(why);
    expect(JSON.stringify(body.can_be_healed)).not.toContain('vcl_');
  });
});
