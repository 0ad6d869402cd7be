import { describe, expect, it } from 'vitest';
import type { Standing } from '../../../lib/domain/decide/known-state.js';
import type { ActionRequest, LedgerState } from '../../../lib/platforms/platform.js';
import { asking, KubernetesRig } from '../../support/kubernetes/rig.js';
import { outcome } from '../../support/vendor/outcome.js';
import { ROLLBACK, SINCE } from '../../support/vendor/rig.js';

const rig = new KubernetesRig();
const IMAGES = ['shop:1', 'shop:2', 'shop:3', 'shop:4'];

/** The template keys of all revisions, oldest first. */
async function keys(): Promise<string[]> {
  const all: string[] = [];
  for (const to of ['1', '2', '3']) {
    const { after } = await rig.prepare({ ...ROLLBACK, to });
    all.push(String(after?.['template_key']));
  }
  return all;
}

/** What the ledger knows: the standings of some revisions. */
async function known(standings: Readonly<Record<number, Standing>>): Promise<LedgerState[]> {
  const versions = await keys();
  return Object.entries(standings).map(([revision, standing]) => ({
    deploymentId: `${revision}+uid-shop`,
    version: versions[Number(revision) - 1] ?? 'none',
    instances: 2,
    firstSeen: SINCE,
    lastSeen: SINCE,
    healthyMinutes: 90,
    evidence: '90 healthy minutes',
    schema: null,
    incidents: 0,
    standing,
    config: null,
  }));
}

describe('rollback in a cluster, by what the ledger knows', () => {
  it.each<[string, Record<number, Standing>, number, boolean]>([
    ['the one before, where nothing is known', {}, 3, false],
    ['the proven one, past unknown ones', { 1: 'proven' }, 1, true],
    ['the newest proven one', { 1: 'proven', 2: 'proven' }, 2, true],
    ['the one before a bad one', { 3: 'bad' }, 2, false],
    ['the proven one, past a bad one', { 1: 'proven', 3: 'bad' }, 1, true],
  ])('goes to %s', async (_, standings, revision, proven) => {
    await rig.restartWith({ images: IMAGES });
    expect(await rig.prepare(ROLLBACK, { known: await known(standings) })).toMatchObject({
      before: { revision: 4, live_from: SINCE.toISOString() },
      after: { revision, proven },
    });
  });

  it('judges a template by all its lives, of which one that did well is enough', async () => {
    await rig.restartWith({ images: IMAGES });
    const lives = await known({ 1: 'proven', 2: 'bad' });
    const again = lives.map((one) => ({
      ...one,
      deploymentId: '9+uid-shop',
      standing: 'bad' as const,
    }));
    expect(
      await rig.prepare(ROLLBACK, { known: [...again, ...lives, ...(await known({ 3: 'bad' }))] }),
    ).toMatchObject({ after: { revision: 1, proven: true } });
  });

  it('returns to no bad one, unless a person names it', async () => {
    await rig.restartWith({ images: IMAGES });
    const given = { known: await known({ 1: 'bad', 2: 'bad', 3: 'bad' }) };
    const refused = (why: string) => ({ code: 'refused', message: expect.stringContaining(why) });
    const asked = (more: Partial<ActionRequest>, to?: string) =>
      outcome(
        rig
          .platform()
          .prepare(asking({ ...ROLLBACK, ...(to !== undefined && { to }) }, { ...given, ...more })),
      );
    expect(await asked({})).toMatchObject(refused('every version that could be returned to'));
    expect(await asked({ byPerson: true })).toMatchObject(refused('has a bad record'));
    expect(await asked({ byPerson: true }, 'previous')).toMatchObject(refused('has a bad record'));
    expect(await asked({}, '2')).toMatchObject(refused('only a person may name it'));
    expect(await asked({ byPerson: true }, '2')).toMatchObject({
      after: { revision: 2, proven: false },
    });
  });

  it('tells when a rollout that was given up had begun, and of what was returned to nothing', async () => {
    await rig.restartWith({ images: IMAGES.slice(0, 2) });
    const { deployment, controller } = rig.server;
    const [first] = controller.replicaSets;
    if (first === undefined) throw new Error('there is no ReplicaSet');
    rig.now = new Date(SINCE.getTime() + 900_000);
    controller.fail();
    const given = await rig.prepare(ROLLBACK);
    expect(given.before).toMatchObject({ created_at: SINCE.toISOString() });
    expect(given.before).not.toHaveProperty('live_from');
    deployment.status.conditions = [];
    first.metadata.annotations['deployment.kubernetes.io/revision-history'] = '1';
    first.metadata.annotations['deployment.kubernetes.io/revision'] = '3';
    deployment.spec.template = { ...deployment.spec.template, spec: first.spec.template.spec };
    deployment.metadata.annotations['deployment.kubernetes.io/revision'] = '3';
    const again = await rig.prepare({ ...ROLLBACK, to: '2' }, { byPerson: true });
    expect(again.before).toMatchObject({ revision: 3, live_from: null });
  });
});
