import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../lib/app.js';
import { checkHealing } from '../../lib/flows/check-healing.js';
import type { Outgoing } from '../../lib/queue/queue.js';
import { readHealChecks } from '../../lib/store/heal-checks.js';
import { type RenderService, renderDeploy, renderService } from '../support/render/service.js';
import { type RenderServer, startRenderServer } from '../support/render-server.js';
import { startTestStack, type TestStack } from '../support/stack.js';

const GOOD = 100;

const deploys = () => [renderDeploy(2, 'live'), renderDeploy(1)];
const rolledBack = () => [{ ...renderDeploy(2, 'live'), trigger: 'rollback' }, renderDeploy(1)];

/** States of a service in which something that a plan may want cannot be done, and the words that say why. */
const BAD: readonly (readonly [string, Partial<RenderService>, string])[] = [
  ['suspended by its owner', { suspended: 'suspended', suspenders: ['user'] }, 'suspended'],
  ['suspended for want of money', { suspended: 'suspended', suspenders: ['billing'] }, 'suspended'],
  ['a cron job', { type: 'cron_job', deploys: deploys() }, 'cannot restart a cron_job'],
  ['a static site', { type: 'static_site', deploys: deploys() }, 'cannot restart a static_site'],
  ['never deployed', { deploys: [] }, 'no deploy is live'],
  ['deployed once', { deploys: [renderDeploy(1, 'live')] }, 'none of the newest 1 deploys'],
  ['never live', { deploys: [renderDeploy(1, 'build_failed')] }, 'no deploy is live'],
  ['rolled back already', { deploys: rolledBack() }, 'itself a rollback'],
  [
    'in the middle of a deploy',
    { deploys: [renderDeploy(3, 'build_in_progress'), ...deploys()] },
    'is in progress',
  ],
  [
    'one version twice',
    {
      deploys: [
        { ...renderDeploy(2, 'live'), commit: { id: 'same' } },
        { ...renderDeploy(1), commit: { id: 'same' } },
      ],
    },
    'none of the newest 2 deploys',
  ],
  [
    'nothing before was ever live',
    { deploys: [renderDeploy(2, 'live'), renderDeploy(1, 'canceled')] },
    'none of the newest 2 deploys',
  ],
];

let stack: TestStack;
let render: RenderServer;
let app: App;
const sent: Outgoing[] = [];

beforeAll(async () => {
  const services = [
    ...Array.from({ length: GOOD }, (_, i) =>
      renderService(`srv-good${i}`, { deploys: deploys() }),
    ),
    ...BAD.map(([, given], i) => renderService(`srv-bad${i}`, { deploys: deploys(), ...given })),
  ];
  render = await startRenderServer({ token: 'rnd_test', services });
  stack = await startTestStack({
    env: {
      RENDER_API_URL: render.url,
      RENDER_API_KEY: 'rnd_test',
      RENDER_WRONG_KEY: 'rnd_wrong',
      RENDER_ODD_KEY: 'rnd odd',
    },
  });
  const publish = async (messages: readonly Outgoing[]): Promise<void> => {
    sent.push(...messages);
  };
  app = { ...stack.app, log: () => undefined, queue: { ...stack.app.queue, publish } };
  const put = (name: string, platform: object) =>
    app.sql`
      insert into components (name, platform)
      values (${name}::text, ${JSON.stringify(platform)}::jsonb)`;
  const at = (service_id: string, credential = 'RENDER_API_KEY') => ({
    ...{ type: 'render', service_id, credential },
  });
  for (let i = 0; i < GOOD; i += 1) await put(`good-${i}`, at(`srv-good${i}`));
  for (const [i] of BAD.entries()) await put(`bad-${i}`, at(`srv-bad${i}`));
  await put('bad-gone', at('srv-nowhere'));
  await put('bad-key', at('srv-good1', 'RENDER_WRONG_KEY'));
  await put('bad-no-key', at('srv-good1', 'RENDER_UNSET_KEY'));
  await put('bad-odd-key', at('srv-good1', 'RENDER_ODD_KEY'));
  await put('bad-none', { type: 'none' });
  await put('bad-agent', { type: 'agent' });
}, 60_000);

afterAll(async () => {
  await stack.close();
  await render.close();
});

beforeEach(() => {
  sent.length = 0;
});

const checksOf = async (component: string) =>
  (await stack.call('GET', `/api/components/${component}`)).body.can_be_healed;

describe('checkHealing', () => {
  it(`accuses none of ${GOOD} that are well, finds every one that is not, and only reads`, async () => {
    const before = render.calls.length;
    expect(await checkHealing(app)).toEqual({ checked: GOOD + BAD.length + 6, more: false });
    expect(new Set(render.calls.slice(before).map(({ method }) => method))).toEqual(
      new Set(['GET']),
    );
    expect(render.effects).toEqual([]);
    const found = await readHealChecks(app.sql);
    const accused = found.map(({ component }) => component).sort();
    const bad = [...BAD.keys()].map((i) => `bad-${i}`);
    expect(accused).toEqual(
      [...bad, 'bad-agent', 'bad-gone', 'bad-key', 'bad-no-key', 'bad-none', 'bad-odd-key'].sort(),
    );
    expect(accused.length).toBeGreaterThanOrEqual(15);
    expect(sent).toEqual([]);
  }, 60_000);

  it.each([...BAD.entries()])('says why of %i', async (i, [, , why]) => {
    const check = await checksOf(`bad-${i}`);
    expect(['partly', 'no']).toContain(check.verdict);
    const words = check.actions.map((one: { why: string | null }) => one.why).join('; ');
    expect(words).toContain(why);
  });

  it.each([
    ['bad-gone', 'no', 'gone'],
    ['bad-key', 'no', '401'],
    ['bad-no-key', 'no', 'RENDER_UNSET_KEY is not set'],
    ['bad-odd-key', 'no', 'RENDER_ODD_KEY holds characters'],
    ['bad-none', 'no', 'it has no platform and no agent'],
    ['bad-agent', 'no', 'no agent has pushed lately'],
  ])('says of %s: %s, %s', async (component, verdict, why) => {
    const check = await checksOf(component);
    expect(check.verdict).toBe(verdict);
    expect(JSON.stringify(check.actions)).toContain(why);
    expect(JSON.stringify(check)).not.toContain('rnd_');
  });

  it('looks at nothing twice within the hour, and then at all again', async () => {
    const before = render.calls.length;
    expect(await checkHealing(app)).toEqual({ checked: 0, more: false });
    expect(render.calls).toHaveLength(before);
    await app.sql`
      update heal_checks
      set checked_at = now() - interval '51 minutes'
      where component_id = (select id from components where name = 'good-7')`;
    expect(await checkHealing(app)).toEqual({ checked: 1, more: false });
    expect(await checksOf('good-7')).toMatchObject({
      verdict: 'yes',
      actions: [
        { action: 'restart', by: 'render', can: 'yes', why: null },
        { action: 'rollback', by: 'render', can: 'yes', why: null },
      ],
    });
  });

  it('does not take a platform that is away for one that cannot', async () => {
    await app.sql`
      update heal_checks
      set checked_at = now() - interval '51 minutes'
      where component_id = (select id from components where name = 'good-8')`;
    for (const _ of [1, 2]) render.answerNext('retrieve-service', { status: 503 });
    await checkHealing(app);
    expect((await checksOf('good-8')).verdict).toBe('unknown');
  });

  it('leaves the rest of a large fleet to the next message', async () => {
    await app.sql`delete from heal_checks`;
    await app.sql`insert into components (name) select 'many-' || n from generate_series(1, 200) as n`;
    const first = await checkHealing(app);
    expect(first).toEqual({ checked: 200, more: true });
    expect(sent).toMatchObject([{ path: '/api/sweep', body: { check: true } }]);
    expect((await checkHealing(app)).more).toBe(false);
    const all = await app.sql`select count(*)::int as n from heal_checks`;
    expect(all).toEqual([{ n: GOOD + BAD.length + 6 + 200 }]);
  }, 60_000);

  it('asks for message after message until all of a fleet has been looked at', async () => {
    await app.sql`insert into components (name) select 'more-' || n from generate_series(1, 420) as n`;
    await checkHealing(app);
    await checkHealing(app);
    const asked = sent.map(({ dedupId }) => dedupId);
    expect(asked).toHaveLength(2);
    // The queue drops what it has seen lately.
    expect(new Set(asked).size).toBe(2);
    expect(await checkHealing(app)).toEqual({ checked: 20, more: false });
  }, 60_000);

  it('is shown by the insights', async () => {
    const { body } = await stack.call('GET', '/api/insights?component=bad-gone');
    expect(body.cannot_be_healed).toMatchObject([{ component: 'bad-gone', verdict: 'no' }]);
    const good = await stack.call('GET', '/api/insights?component=good-1');
    expect(good.body.cannot_be_healed).toEqual([]);
  });

  it('knows what the ledger knows, and lets nobody else wait for one that fails', async () => {
    await app.sql`delete from heal_checks`;
    await app.sql`update components set removed_at = now() where name not in ('good-1', 'good-2')`;
    await app.sql`
      insert into known_states (
        component_id, target, deployment_id, version, live_from, first_seen, last_seen, healthy,
        incidents, blamed)
      select
        id, 'render srv-good1', 'dep-1', 'commit-1', now() - interval '2 days',
        now() - interval '2 days', now() - interval '1 day', true, 1, 1
      from components where name = 'good-1'`;
    const { render: vendor } = app.platforms;
    const prepare: typeof vendor.prepare = async (request) => {
      if (request.component === 'good-2') throw new RangeError('a slip of ours');
      return vendor.prepare(request);
    };
    const platforms = { ...app.platforms, render: { ...vendor, prepare } };
    expect(await checkHealing({ ...app, platforms })).toEqual({ checked: 2, more: false });
    expect((await checksOf('good-2')).verdict).toBe('unknown');
    const [, rollback] = (await checksOf('good-1')).actions;
    expect(rollback).toMatchObject({ action: 'rollback', can: 'no' });
    expect(rollback.why).toContain('bad record');
  });
});
