import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NO_CALIBRATION } from '../../lib/domain/learn/calibration.js';
import { logit, sigmoid } from '../../lib/domain/learn/logit.js';
import { MODEL_VERSION } from '../../lib/domain/learn/model-version.js';
import { sweep } from '../../lib/flows/sweep.js';
import { addComponent } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

let flows: FlowStack;
let tick = 1;

beforeAll(async () => {
  flows = await startFlowStack({ intervalS: 3600, quietShare: 1 });
  // Or the first push would ask for a sweep, which might come between.
  await flows.app.sql`update control set last_sweep_at = now() + interval '1 day'`;
  await addComponent(flows.stack, 'shop', {});
  const samples = Array.from({ length: 30 }, (_, i) => ({
    at: new Date(Date.now() - i * 60_000).toISOString(),
    cpu_usage: 20,
  }));
  await flows.stack.call('POST', '/api/ingest', { component: 'shop', samples });
});

afterAll(() => flows.close());

beforeEach(async () => {
  tick += 1;
  await flows.app.sql`update sweep_shards set leased_until = now()`;
  await flows.app.sql`delete from predictions`;
  await flows.app.sql`delete from calibrations`;
});

/** Two more log odds at each horizon, or what is given in its place. */
async function inForce(body?: unknown): Promise<void> {
  const map = { a: 1, b: 2, knots: [] };
  const learned = { ...NO_CALIBRATION, horizons: { '1h': map, '6h': map, '24h': map } };
  await flows.app.sql`
    insert into calibrations (version, model, body, made_from, why, learned_on, is_active)
    overriding system value
    values (
      5, ${MODEL_VERSION}::text, ${JSON.stringify(body ?? learned)}::jsonb, '{}', 'a test',
      '2026-01-01', true)`;
}

const kept = () => flows.app.sql`
  select
    extract(epoch from at)::int as tick, kind, share, raw_1h, p_1h, raw_24h, p_24h, calibration,
    model
  from predictions`;

interface Answer {
  readonly failure_prediction: { readonly probability: number };
  readonly horizons: Readonly<Record<string, number>>;
}

describe('sweep, with a calibration', () => {
  it('keeps what it predicts under the tick, once, however often it is repeated', async () => {
    await sweep(flows.app, { tick });
    await flows.app.sql`update sweep_shards set leased_until = now(), done_tick = null`;
    expect((await sweep(flows.app, { tick })).assessed).toBe(1);
    const rows = await kept();
    expect(rows).toEqual([
      expect.objectContaining({
        tick,
        kind: 'quiet',
        share: 1,
        calibration: 0,
        model: MODEL_VERSION,
      }),
    ]);
    expect(rows[0]?.['p_1h']).toBe(rows[0]?.['raw_1h']);
  });

  it('says what outcomes have taught, and keeps the predictor’s own beside it', async () => {
    await inForce();
    await sweep(flows.app, { tick });
    const [row] = await kept();
    expect(row).toMatchObject({ calibration: 5 });
    const [raw, p] = [Number(row?.['raw_24h']), Number(row?.['p_24h'])];
    expect(p).toBeCloseTo(sigmoid(logit(raw) + 2), 5);
    expect(p).toBeGreaterThan(raw);
    const { body } = await flows.stack.call('GET', '/api/predict?component=shop');
    expect((body as Answer).horizons['24h']).toBeCloseTo(p, 3);
  });

  it('changes nothing with one that cannot be read, and says so loudly', async () => {
    await inForce({ horizons: 'broken' });
    const lines: object[] = [];
    const app = { ...flows.app, log: (line: object) => void lines.push(line) };
    await sweep(app, { tick });
    const [row] = await kept();
    expect(row).toMatchObject({ calibration: 0 });
    expect(row?.['p_24h']).toBe(row?.['raw_24h']);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'calibration_not_in_force' }),
    );
  });

  it('asks the database no more often than without one', async () => {
    const count = async (): Promise<number> => {
      let asked = 0;
      const { sql } = flows.app;
      const tag = (strings: TemplateStringsArray, ...values: unknown[]) => {
        asked += 1;
        return sql(strings, ...values);
      };
      const transaction: typeof sql.transaction = (statements) => {
        asked += 1 - statements.length;
        return sql.transaction(statements);
      };
      tick += 1;
      await flows.app.sql`update sweep_shards set leased_until = now()`;
      await sweep({ ...flows.app, sql: Object.assign(tag, { transaction }) }, { tick });
      return asked;
    };
    const before = await count();
    await inForce();
    expect(await count()).toBe(before);
  });
});
