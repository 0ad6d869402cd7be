import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkHealing } from '../../lib/flows/check-healing.js';
import { recover } from '../../lib/flows/recover.js';
import { readHealChecks } from '../../lib/store/heal-checks.js';
import { seenFailing } from '../support/failing-component.js';
import {
  addComponent,
  addIncident,
  addRecovery,
  CALM,
  reread,
  timeline,
} from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';
import { healthy, past, send } from '../support/life.js';
import { renderDatabase } from '../support/render/database.js';

let flows: FlowStack;
let names = 0;

beforeAll(async () => {
  flows = await startFlowStack();
});

afterAll(() => flows.close());

/** A component that is a database of its own and fails, and the restart that was planned for that. */
async function planned(given: object = {}) {
  names += 1;
  const id = `dpg-flow${names}`;
  flows.render.databases.state.set(id, renderDatabase(id, given));
  const component = `db-${names}`;
  const platform = { type: 'render_postgres', postgres_id: id };
  const componentId = await addComponent(flows.stack, component, { platform, mode: 'auto' });
  await seenFailing(flows.app, componentId, CALM);
  await send(
    flows.stack,
    component,
    past(20, () => ({ ...healthy, cpu_usage: 99, error_rate: 0.5 })),
  );
  const incidentId = await addIncident(flows.app, componentId);
  const recovery = await addRecovery(flows.app, componentId, {
    incidentId,
    executor: 'render_postgres',
    origin: 'automatic',
  });
  return { postgresId: id, component, incidentId, id: recovery.id };
}

const effectsOn = (postgresId: string) =>
  flows.render.databases.effects.filter((effect) => effect.endsWith(` ${postgresId}`));

/** One attempt whose answer is lost, and then a minute. */
async function lostOnce(id: string, isDone: boolean): Promise<void> {
  flows.render.answerNext('restart-postgres', { ending: 'drop', effect: isDone });
  await expect(recover(flows.app, id)).rejects.toMatchObject({ code: 'upstream_unavailable' });
  await flows.app.sql`
    update recoveries
    set started_at = now() - interval '1 minute', called_at = now() - interval '1 minute'
    where id = ${id}::uuid`;
}

describe('a recovery of a database at Render', () => {
  it('is looked for after a lost answer, and not repeated where it was done', async () => {
    const { id, postgresId } = await planned();
    await lostOnce(id, true);
    expect(await recover(flows.app, id)).toEqual({ outcome: 'acted' });
    expect(await reread(flows.app, id)).toMatchObject({
      state: 'verifying',
      executor: 'render_postgres',
      result: { success: true, status_code: null },
    });
    expect(effectsOn(postgresId)).toEqual([`restart ${postgresId}`]);
  });

  it('is repeated where the primary has kept its connections', async () => {
    const { id, postgresId } = await planned();
    await lostOnce(id, false);
    expect(effectsOn(postgresId)).toEqual([]);
    expect(await recover(flows.app, id)).toEqual({ outcome: 'acted' });
    expect(effectsOn(postgresId)).toEqual([`restart ${postgresId}`]);
  });

  it.each([true, false])(
    'is never repeated, and ends with a person, where nobody is connected (done: %s)',
    async (isDone) => {
      const { id, postgresId, incidentId } = await planned({ reconnects: false });
      await lostOnce(id, isDone);
      const database = flows.render.databases.state.get(postgresId);
      if (database !== undefined) database.backends = [];
      const outcomes: unknown[] = [];
      for (let attempt = 2; attempt <= 6; attempt += 1) {
        outcomes.push(await recover(flows.app, id).catch((error: Error) => error.message));
      }
      expect(outcomes.slice(0, 4)).toEqual(
        Array(4).fill(
          expect.stringContaining('cannot tell whether it was done: nobody is connected'),
        ),
      );
      expect(outcomes.at(-1)).toEqual({ outcome: 'failed' });
      expect(effectsOn(postgresId)).toHaveLength(isDone ? 1 : 0);
      expect(await timeline(flows.app, incidentId)).toEqual(['failed', 'paged']);
    },
  );

  it('is known beforehand to be possible or not, by reads alone', async () => {
    const [good, bad] = [await planned(), await planned({ status: 'recovery_in_progress' })];
    const before = flows.render.calls.length;
    await checkHealing(flows.app);
    const calls = flows.render.calls.slice(before);
    expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(['GET']));
    const found = async (component: string) =>
      (await readHealChecks(flows.app.sql, { component }))[0]?.result;
    expect(await found(good.component)).toMatchObject({
      verdict: 'yes',
      actions: [{ action: 'restart', by: 'render_postgres', can: 'yes' }],
    });
    expect(await found(bad.component)).toMatchObject({
      verdict: 'no',
      actions: [{ can: 'no', why: expect.stringContaining('recovery in progress') }],
    });
  });
});
