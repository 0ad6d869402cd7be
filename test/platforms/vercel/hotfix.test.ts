import { beforeEach, describe, expect, it } from 'vitest';
import type { ActionRequest, LedgerState } from '../../../lib/platforms/platform.js';
import { outcome } from '../../support/vendor/outcome.js';
import { SINCE } from '../../support/vendor/rig.js';
import { proven } from '../../support/vercel/configured.js';
import { DAY, type VercelProject, vercelEnv } from '../../support/vercel/project.js';
import { asking, CONFIG, STATE, VercelRig, WITH_EDGE } from '../../support/vercel/rig.js';

const rig = new VercelRig();
const NOW = SINCE.getTime();
/** The Edge Config was changed for the worse at this instant. */
const CHANGED = DAY + 13 * 60_000;
let good: LedgerState;
/** What is live, as the ledger saw it. */
let bad: LedgerState;

beforeEach(async () => {
  ({ good } = await rig.breakConfig());
  bad = {
    ...proven(await rig.state()),
    ...{ standing: 'bad', firstSeen: new Date(DAY + 15 * 60_000), lastSeen: new Date(NOW) },
  };
});

const without = (key: string) => (one: VercelProject) => {
  one.envs = one.envs.filter((env) => env.key !== key);
};
const prepare = (action: typeof CONFIG | typeof STATE, given: Partial<ActionRequest> = {}) =>
  rig.platform().prepare(asking(action, { target: WITH_EDGE, known: [good, bad], ...given }));

describe.each([CONFIG, STATE])('what a person has set meanwhile ($rollback_type)', (action) => {
  it.each([
    [
      'the right value of what is wrong',
      (one: VercelProject) => {
        one.envs = one.envs.map((env) =>
          env.key === 'DATABASE_URL' ? { ...env, value: 'hotfix', updatedAt: NOW } : env,
        );
      },
      'DATABASE_URL',
    ],
    [
      'what the next release needs',
      (one: VercelProject) => one.envs.push(vercelEnv('NEXT', '1', { createdAt: NOW })),
      'NEXT',
    ],
    [
      'for previews alone what production had',
      (one: VercelProject) => {
        one.envs = one.envs.map((env) =>
          env.key === 'EXTRA' ? { ...env, target: ['preview'], updatedAt: NOW } : env,
        );
      },
      'EXTRA',
    ],
    ['what is wrong by its removal', without('EXTRA'), 'EXTRA'],
  ])('is not overwritten: %s', async (_, change, name) => {
    change(rig.project);
    expect(await outcome(prepare(action))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(`${name} was changed after dpl_3 was built`),
    });
    expect(rig.server.effects).toEqual([]);
    expect(await prepare(action, { byPerson: true })).toMatchObject({
      before: { deployment_id: 'dpl_3' },
    });
  });

  it('is told by its instant where the ledger has not seen what is live', async () => {
    const known = [good, { ...bad, config: null }];
    rig.project.envs.push(vercelEnv('NEXT', '1', { createdAt: NOW, updatedAt: NOW }));
    expect(await outcome(prepare(action, { known }))).toMatchObject({ code: 'refused' });
  });

  it.each([
    ['it is for previews alone, and new', { createdAt: NOW, target: ['preview'] }],
    ['it is for previews alone, and the ledger knows', { updatedAt: NOW, target: ['preview'] }],
  ])('is no concern of production’s where %s', async (_, given) => {
    rig.project.envs.push(vercelEnv('OTHER', '1', given));
    const known = 'createdAt' in given ? [good] : [good, bad];
    expect(await prepare(action, { known })).toMatchObject({ before: expect.anything() });
  });

  it('is compared with the look that came first after the build', async () => {
    without('EXTRA')(rig.project);
    const later = { ...proven(await rig.state()), firstSeen: new Date(NOW) };
    const known = [good, { ...later, deploymentId: 'dpl_3+9.9', standing: 'bad' as const }, bad];
    expect(await outcome(prepare(action, { known }))).toMatchObject({ code: 'refused' });
  });
});

describe.each([CONFIG, STATE])('since when items stand as they do ($rollback_type)', (action) => {
  const liveFrom = async (known: readonly LedgerState[]) =>
    (await prepare(action, { known })).before?.['live_from'];

  it('is their last change', async () => {
    const kept = { ...good, config: { ...good.config } };
    delete kept.config['edge_config:limit'];
    expect(await liveFrom([kept])).toBe(new Date(CHANGED).toISOString());
  });

  it('is, where one was removed, at most the first look that did not find it', async () => {
    expect(await liveFrom([good, bad])).toBe(bad.firstSeen.toISOString());
  });

  it('is known to nobody where one was removed since the last look', async () => {
    expect(await liveFrom([good])).toBeNull();
    rig.project.edgeItems.pop();
    expect(await liveFrom([good, bad])).toBeNull();
  });
});
