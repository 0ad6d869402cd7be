import { describe, expect, it } from 'vitest';
import type { LedgerState, Prepared } from '../../lib/platforms/platform.js';
import { asking as askingFly, FlyRig } from '../support/fly/rig.js';
import { asking as askingKubernetes, KubernetesRig } from '../support/kubernetes/rig.js';
import { asking as askingRender, KNOWN, RenderRig } from '../support/render/rig.js';
import { ROLLBACK } from '../support/vendor/rig.js';
import { asking as askingVercel, STATE, VercelRig, WITH_EDGE } from '../support/vercel/rig.js';

const rigs = {
  fly: new FlyRig(),
  kubernetes: new KubernetesRig(),
  render: new RenderRig(),
  vercel: new VercelRig(),
};

const WHY = 'the schema moved on: column orders.total is gone';
const broken = { kind: 'broken', why: WHY } as const;

/** The one state that is known, of which the schema has moved on. */
const knownAs = (state: Partial<LedgerState>): LedgerState[] => [
  { ...KNOWN, config: null, schema: broken, ...state },
];

/** What would be rolled back to, asked by each vendor's own request, where something is known. */
const PREPARE: Readonly<
  Record<keyof typeof rigs, (known: readonly LedgerState[]) => Promise<Prepared>>
> = {
  fly: (known) => rigs.fly.platform().prepare(askingFly(ROLLBACK, { known })),
  kubernetes: (known) => rigs.kubernetes.platform().prepare(askingKubernetes(ROLLBACK, { known })),
  render: (known) => rigs.render.platform().prepare(askingRender(ROLLBACK, { known })),
  vercel: (known) => rigs.vercel.platform().prepare(askingVercel(ROLLBACK, { known })),
};

describe('a rollback to what cannot run with the schema of today', () => {
  it.each([
    ['fly', 'version', 'image'],
    ['kubernetes', 'version', 'template_key'],
    ['render', 'deploymentId', 'deploy_id'],
    ['vercel', 'deploymentId', 'deployment_id'],
  ] as const)('is told by %s, and that it was proven', async (name, known, told) => {
    const { after, outdated } = await PREPARE[name]([]);
    expect(outdated).toBeUndefined();
    const state = { deploymentId: 'other', version: 'other', [known]: after?.[told] };
    const prepared = await PREPARE[name](knownAs(state));
    expect(prepared).toMatchObject({
      outdated: WHY,
      after: { [told]: after?.[told], schema: WHY },
    });
  });

  it('is told of a whole state at Render', async () => {
    const known = knownAs({ deploymentId: 'dep-2', version: 'commit-2', config: KNOWN.config });
    const request = askingRender({ ...STATE }, { known });
    expect(await rigs.render.platform().prepare(request)).toMatchObject({ outdated: WHY });
  });

  it('is told of a whole state at Vercel', async () => {
    const { good } = await rigs.vercel.breakConfig();
    const known = [{ ...good, schema: broken }];
    const request = askingVercel(STATE, { target: WITH_EDGE, known });
    expect(await rigs.vercel.platform().prepare(request)).toMatchObject({ outdated: WHY });
  });
});
