import { describe, expect, it } from 'vitest';
import { AFTER, asking, BEFORE, RenderRig } from '../../support/render/rig.js';
import { renderDeploy } from '../../support/render/service.js';
import { outcome } from '../../support/vendor/outcome.js';
import { ROLLBACK, SINCE } from '../../support/vendor/rig.js';

const rig = new RenderRig();

describe('rollback, when the answer was lost', () => {
  it.each([
    [{ ending: 'drop', effect: true }, 1],
    [{ ending: 'cut', effect: true }, 1],
    [{ status: 500, effect: true }, 1],
    [{ ending: 'drop' }, 0],
    [{ status: 429 }, 0],
  ] as const)('with the answer %j: looks before it repeats', async (answer, effects) => {
    const request = asking(ROLLBACK);
    const prepared = await rig.prepare(ROLLBACK);
    rig.server.answerNext('rollback-deploy', answer);
    expect(await outcome(rig.platform().act(request, prepared))).toMatchObject({
      code: 'upstream_unavailable',
    });
    rig.now = new Date(SINCE.getTime() + 20_000);
    const looked = await rig.platform().look(request, prepared, SINCE);
    expect(looked).toMatchObject(
      effects === 1
        ? {
            kind: 'done',
            result: {
              success: true,
              rollback_type: 'deployment',
              from_state: BEFORE,
              to_state: AFTER,
              deploy_id: 'dep-new1',
            },
          }
        : { kind: 'not_done' },
    );
    expect(rig.server.effects).toHaveLength(effects);
  });

  const since = (offsetS: number) => new Date(SINCE.getTime() + offsetS * 1000).toISOString();
  const ours = { trigger: 'rollback', commit: { id: 'commit-2' } };
  it.each([
    ['our rollback', [{ ...ours, createdAt: since(5) }], 'done'],
    ['ours by a clock 1.9 s behind', [{ ...ours, createdAt: since(-1.9) }], 'done'],
    ['an earlier one', [{ ...ours, createdAt: since(-3) }], 'not_done'],
    [
      'a deploy of the same by hand',
      [{ ...ours, trigger: 'manual', createdAt: since(5) }],
      'not_done',
    ],
    ['a rollback elsewhere', [{ ...ours, commit: { id: 'x' }, createdAt: since(5) }], 'unknown'],
    [
      'ours and then one elsewhere',
      [
        { ...ours, createdAt: since(5) },
        { ...ours, id: 'dep-7', commit: { id: 'x' }, createdAt: since(6) },
      ],
      'done',
    ],
    [
      'the same build',
      [{ trigger: 'rollback', commit: { id: 'y' }, artifactId: 'art-2', createdAt: since(5) }],
      'done',
    ],
  ])('finds %s among the deploys: %s', async (_, added, kind) => {
    const prepared = await rig.prepare(ROLLBACK);
    const deploys = added.map((one) => renderDeploy(6, 'update_in_progress', one));
    rig.server.state.get('srv-1')?.deploys.push(...deploys);
    rig.now = new Date(SINCE.getTime() + 20_000);
    expect((await rig.platform().look(asking(ROLLBACK), prepared, SINCE)).kind).toBe(kind);
  });

  it.each([
    { firstS: 60, lastS: 19.999, kind: 'unknown' },
    { firstS: 60, lastS: 20, kind: 'not_done' },
    { firstS: 19.999, lastS: 19.999, kind: 'unknown' },
  ])(
    'waits for a late effect of the last call, $lastS s ago, not of the first, $firstS s ago',
    async ({ firstS, lastS, kind }) => {
      const prepared = await rig.prepare(ROLLBACK);
      rig.now = new Date(SINCE.getTime() + 60_000);
      const ago = (seconds: number): Date => new Date(rig.now.getTime() - seconds * 1000);
      const looked = rig.platform().look(asking(ROLLBACK), prepared, ago(firstS), ago(lastS));
      expect((await looked).kind).toBe(kind);
    },
  );

  it('asks for the deploys since then only', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    await rig.platform().look(asking(ROLLBACK), prepared, SINCE);
    expect(rig.server.calls.at(-1)).toMatchObject({
      operation: 'list-deploys',
      query: { createdAfter: '2026-03-01T23:59:58.000Z' },
    });
  });

  it('does not know of a rollback that does not show where it goes', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    const { commit: _, ...bare } = renderDeploy(6, 'created', {
      trigger: 'rollback',
      createdAt: since(5),
    });
    rig.server.state.get('srv-1')?.deploys.push(bare);
    expect(await rig.platform().look(asking(ROLLBACK), prepared, SINCE)).toEqual({
      kind: 'unknown',
      why: 'rollback dep-6 began meanwhile and does not show where it goes',
    });
    expect(await rig.platform().report(asking(ROLLBACK), prepared, SINCE)).toEqual({
      kind: 'pending',
    });
  });
});
