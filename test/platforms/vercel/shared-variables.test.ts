import { beforeEach, describe, expect, it } from 'vitest';
import type { LedgerState } from '../../../lib/platforms/platform.js';
import { outcome, stored } from '../../support/vendor/outcome.js';
import { broken, configured, proven, settingsOf } from '../../support/vercel/configured.js';
import { DAY, type VercelEnv, vercelEnv } from '../../support/vercel/project.js';
import { asking, CONFIG, STATE, VercelRig } from '../../support/vercel/rig.js';

const rig = new VercelRig();
const CHANGED = DAY + 11 * 60_000;
const OTHERS = ['development', 'preview'];
let good: LedgerState;
let goodSettings: unknown;

/** A project in which a variable is for these environments, and which was proven with it. */
async function begin(target: string[], given: Partial<VercelEnv> = {}): Promise<void> {
  const envs = [vercelEnv('FEATURE_KEY', 'on', { target, ...given }), vercelEnv('PORT', '1')];
  await rig.restartWith({ ...configured(), envs });
  good = proven(await rig.state(asking(CONFIG).target));
  goodSettings = settingsOf(rig.project);
}

/** The bad change: the variable is for other environments by now, and was deployed with that. */
function becomes(given: Partial<VercelEnv>): void {
  rig.project.envs = rig.project.envs.map((one) =>
    one.key === 'FEATURE_KEY' ? { ...one, updatedAt: CHANGED, ...given } : one,
  );
  rig.project.deployments.push(structuredClone(broken));
  rig.project.production = broken.uid;
}

const prepare = (action: typeof CONFIG | typeof STATE = CONFIG) =>
  rig.prepare(action, { known: [good] });
const featureKeys = () => rig.project.envs.filter(({ key }) => key === 'FEATURE_KEY');

describe('vercelPlatform, putting back what environments share', () => {
  describe('where a variable of others was extended to production', () => {
    beforeEach(async () => {
      await begin(OTHERS);
      becomes({ target: [...OTHERS, 'production'] });
    });

    it.each([CONFIG, STATE])('leaves it to the others ($rollback_type)', async (action) => {
      const prepared = await prepare(action);
      await rig.platform().act(asking(action), prepared);
      expect(settingsOf(rig.project)).toEqual(goodSettings);
      expect(rig.server.effects).not.toContain('removeProjectEnv');
    });

    it('has it again when that is undone', async () => {
      const before = settingsOf(rig.project);
      const prepared = await prepare();
      await rig.platform().act(asking(CONFIG), prepared);
      if (prepared.inverse === null) throw new Error('it has an inverse');
      const undo = asking(prepared.inverse, { byPerson: true, undoes: prepared });
      await rig.platform().act(undo, stored(await rig.platform().prepare(undo)));
      expect(settingsOf(rig.project)).toEqual(before);
    });

    it('has it again when the build is refused for good', async () => {
      const before = settingsOf(rig.project);
      const prepared = await prepare();
      rig.server.answerNext('createDeployment', { status: 400 });
      await outcome(rig.platform().act(asking(CONFIG), prepared));
      expect(settingsOf(rig.project)).toEqual(before);
    });
  });

  it('leaves it to a custom environment', async () => {
    await begin(['preview'], { key: 'OTHER' });
    const given = { id: 'env_9', customEnvironmentIds: ['env_qa'], createdAt: CHANGED };
    rig.project.envs.push(vercelEnv('FEATURE_KEY', 'on', given));
    becomes({});
    await rig.platform().act(asking(CONFIG), await prepare());
    expect(featureKeys()).toMatchObject([{ target: [], customEnvironmentIds: ['env_qa'] }]);
  });

  it.each(['list', 'single'] as const)(
    'widens what was narrowed away from production (decrypts: %s)',
    async (decrypts) => {
      await begin([...OTHERS, 'production']);
      rig.project.decrypts = decrypts;
      becomes({ target: OTHERS });
      await rig.platform().act(asking(CONFIG), await prepare());
      expect(settingsOf(rig.project)).toEqual(goodSettings);
      expect(rig.server.effects).toEqual(['editProjectEnv', 'createDeployment']);
    },
  );

  it.each([
    ['says something else by now', () => becomes({ target: OTHERS, value: 'mine' })],
    ['can be read by nobody', () => becomes({ target: OTHERS, type: 'sensitive' })],
    ['is an integration’s', () => becomes({ target: OTHERS, configurationId: 'icfg_1' })],
    [
      'was split in two',
      () => {
        becomes({ target: ['production'], value: 'off' });
        rig.project.envs.push(vercelEnv('FEATURE_KEY', 'on', { id: 'env_2', target: OTHERS }));
      },
    ],
  ])('overwrites nothing that %s', async (_, change) => {
    await begin([...OTHERS, 'production']);
    change();
    const before = settingsOf(rig.project);
    for (const action of [CONFIG, STATE]) {
      const asked = asking(action, { known: [good] });
      expect(await outcome(rig.platform().prepare(asked))).toMatchObject({
        code: 'refused',
        message: expect.stringContaining('FEATURE_KEY has a value of its own for development'),
      });
    }
    expect(settingsOf(rig.project)).toEqual(before);
  });

  it('changes nothing where that is so only when it acts', async () => {
    await begin([...OTHERS, 'production']);
    becomes({ target: OTHERS });
    const prepared = await prepare();
    becomes({ target: OTHERS, value: 'mine' });
    rig.project.deployments.pop();
    expect(await outcome(rig.platform().act(asking(CONFIG), prepared))).toMatchObject({
      code: 'refused',
    });
    expect(rig.server.effects).toEqual([]);
  });

  it('makes anew what is for a branch of previews alone besides', async () => {
    await begin(['preview', 'production']);
    becomes({ target: ['preview'], gitBranch: 'next' });
    await rig.platform().act(asking(CONFIG), await prepare());
    expect(featureKeys()).toMatchObject([
      { gitBranch: 'next' },
      { target: ['preview', 'production'], value: 'on' },
    ]);
  });
});
