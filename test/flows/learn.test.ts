import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../lib/app.js';
import { NO_CALIBRATION } from '../../lib/domain/learn/calibration.js';
import { MODEL_VERSION } from '../../lib/domain/learn/model-version.js';
import { readInForce } from '../../lib/flows/calibration-in-force.js';
import { learn } from '../../lib/flows/learn.js';
import { sweep } from '../../lib/flows/sweep.js';
import { holdCalibration, rollBackCalibration } from '../../lib/store/calibrations.js';
import { readControl } from '../../lib/store/control.js';
import { overtaken } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

let flows: FlowStack;
let app: App;
const settings = () => ({ ...flows.app.baseSettings, raiseAt: 1 });

beforeAll(async () => {
  flows = await startFlowStack();
  app = flows.app;
  await app.sql`
    insert into components (name)
    select 'c-' || number
    from generate_series(1, 20) as number`;
  await app.sql`
    insert into component_state (
      component_id, memory, assessment, evidence, premise, assessed_at, last_sample_at)
    select id, '{}', '{}', '{}', '{}', now(), now() from components`;
});

afterAll(() => flows.close());

beforeEach(async () => {
  await app.sql`delete from predictions`;
  await app.sql`delete from calibrations`;
  await app.sql`delete from unified_brain`;
  await app.sql`delete from ai_proactive_health`;
});

/** Alarms of all components over 40 days, all said with `p`, of which one in ten comes true. */
async function alarms(p: number, model = MODEL_VERSION): Promise<void> {
  await app.sql`
    insert into predictions (
      component_id, at, kind, share, level, raw_1h, raw_6h, raw_24h, p_1h, p_6h, p_24h, horizon_s,
      calibration, model)
    select
      components.id, now() - make_interval(days => 2 + day), 'alarm', 1, 'high',
      ${p}::real, ${p}::real, ${p}::real, ${p}::real, ${p}::real, ${p}::real, 3600, 0,
      ${model}::text
    from components
    cross join generate_series(0, 39) as day`;
  await app.sql`
    insert into ai_proactive_health (component, state, created_at)
    select
      components.name, 'failing', now() - make_interval(days => 2 + day) + interval '30 minutes'
    from components
    cross join generate_series(0, 39) as day
    where (day + components.id) % 10 = 0`;
}

const told = () => app.sql`
  select action_type, output_data -> 'version' as version, output_data ->> 'why' as why
  from unified_brain
  where action_type like 'calibration%'
  order by executed_at`;

const inForce = async () => readInForce((await readControl(app.sql))?.calibration);

describe('learn', () => {
  it('says that there is nothing to learn from yet', async () => {
    expect(await learn(app, settings())).toMatchObject({
      outcome: 'kept',
      version: 0,
      labelled: 0,
    });
    expect(await told()).toEqual([
      {
        action_type: 'calibration_kept',
        version: 0,
        why: expect.stringContaining('1h: 0 outcomes, 0 of them to check on: too few'),
      },
    ]);
  });

  it('labels what has had its time, learns from it, and puts that in force', async () => {
    await alarms(0.6);
    const learnt = await learn(app, settings());
    expect(learnt).toMatchObject({ outcome: 'learned', labelled: 800, version: 1 });
    const { calibration, trouble } = await inForce();
    expect(trouble).toBeNull();
    expect(calibration).toMatchObject({ version: 1, model: MODEL_VERSION });
    expect(await told()).toEqual([
      { action_type: 'calibration_learned', version: 1, why: learnt.why },
    ]);
    expect(learnt.why).toMatch(/^1h: isotonic: on \d+ held out Brier 0\.\d+ → 0\.\d+, log loss /);
  });

  it('does a day’s work once, however often it is asked for', async () => {
    await alarms(0.6);
    const all = await Promise.all([1, 2, 3].map(() => learn(app, settings())));
    expect(all.map(({ outcome }) => outcome).sort()).toEqual([
      'done before',
      'done before',
      'learned',
    ]);
    expect((await inForce()).version).toBe(1);
    expect(await told()).toHaveLength(1);
  });

  it('learns again the next day, from what is new', async () => {
    await alarms(0.6);
    await learn(app, settings());
    const tomorrow = { ...app, at: new Date(Date.now() + 86_400_000) };
    const learnt = await learn(tomorrow, settings());
    expect(learnt.outcome).toMatch(/^(kept|refused)$/);
    expect(learnt.version).toBe(1);
    expect(await told()).toHaveLength(2);
  });

  it('never chooses by itself what a person went back from, under whatever number', async () => {
    await alarms(0.6);
    await learn(app, settings());
    await rollBackCalibration(app.sql, { who: 'ann', why: 'too quiet' });
    const tomorrow = { ...app, at: new Date(Date.now() + 86_400_000) };
    const learnt = await learn(tomorrow, settings());
    expect(learnt).toMatchObject({
      outcome: 'refused',
      version: 0,
      why: 'refused: it is version 1 again, from which ann went back',
    });
    expect((await inForce()).version).toBe(0);
  });

  it('learns over what a person put in force meanwhile', async () => {
    await alarms(0.6);
    await learn(app, settings());
    const tomorrow = { ...app, at: new Date(Date.now() + 86_400_000) };
    await app.sql`update calibrations set body = ${JSON.stringify(NO_CALIBRATION)}::jsonb`;
    const late = overtaken(tomorrow, async () => {
      await rollBackCalibration(app.sql, { who: 'ann', why: 'a test' });
    });
    expect(await learn(late, settings())).toMatchObject({ outcome: 'learned', version: 2 });
    await holdCalibration(app.sql, 2);
  });

  it('begins anew after one that cannot be read, or that another predictor’s is', async () => {
    await alarms(0.6, 'another');
    await app.sql`
      insert into calibrations (model, body, made_from, why, learned_on, is_active)
      values (${MODEL_VERSION}::text, '5', '{}', 'a test', '2026-01-01', true)`;
    expect((await learn(app, settings())).outcome).toBe('kept');
    const [row] = await app.sql`
      select output_data ->> 'trouble' as trouble
      from unified_brain
      where action_type = 'calibration_kept'`;
    expect(row?.['trouble']).toMatch(/^calibration \d+ cannot be read/);
  });

  it('is asked for by a message of its own, which sweeps nothing', async () => {
    expect(await sweep(app, { learn: true })).toMatchObject({ assessed: 0 });
    expect(await told()).toHaveLength(1);
    const cycles = await app.sql`
      select 1 from unified_brain where action_type = 'reconciliation_cycle'`;
    expect(cycles).toEqual([]);
  });
});
