import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pieces, spool, storeSpooled } from '../../lib/flows/spool.js';
import { takeUpSpool } from '../../lib/flows/take-up-spool.js';
import type { NeonHttp } from '../../lib/local/neon-http.js';
import type { NamedSample } from '../../lib/store/samples.js';
import { testDatabase } from '../support/database.js';
import { openDatabaseDoor } from '../support/database-door.js';
import { startTestStack, type TestStack, until } from '../support/stack.js';

let stack: TestStack;
let door: NeonHttp;
let port = 0;

async function openDoor(): Promise<void> {
  door = await openDatabaseDoor(port);
  port = door.port;
}

beforeAll(async () => {
  const database = await testDatabase();
  await openDoor();
  stack = await startTestStack({
    database: { ...database, fetchEndpoint: door.fetchEndpoint },
    // All retries of a message within a second.
    timeScale: 0.02,
  });
});

afterAll(async () => {
  await stack.close();
  await door.close();
});

const now = Date.now();
const sample = (component: string, i: number): NamedSample => ({
  component,
  sample: { instance: '', at: new Date(now - i * 1000), values: { cpu_usage: i } },
});

const told = (actionType: string) => stack.app.sql`
  select output_data from unified_brain where action_type = ${actionType}::text`;

const stored = async (component: string): Promise<number> => {
  const [row] = await stack.app.sql`
    select count(*)::int as rows
    from metric_samples
    join components on components.id = metric_samples.component_id
    where components.name = ${component}::text`;
  return Number(row?.['rows']);
};

describe('takeUpSpool', () => {
  it('sends again what the queue had given up, tells it once, and no sample is lost', async () => {
    await door.close();
    expect(await spool(stack.app, [sample('late', 1), sample('late', 2)])).toBe(2);
    await until(
      'the last attempt',
      async () => stack.queue.attempts.filter(({ status }) => status === 503).length,
      (count) => count === 6,
      60_000,
    );
    await stack.queue.idle(30_000);
    expect(await stack.app.queue.deadLetters('spool')).toHaveLength(1);
    // The database is still away: the letter stays where it is.
    expect(await takeUpSpool({ ...stack.app, log: () => undefined })).toBe(0);
    expect(await stack.app.queue.deadLetters('spool')).toHaveLength(1);

    await openDoor();
    expect(await takeUpSpool(stack.app)).toBe(1);
    await until(
      'the samples',
      () => stored('late'),
      (rows) => rows === 2,
      60_000,
    );
    expect(await takeUpSpool(stack.app)).toBe(0);
    expect(await told('db_recovery_failed')).toMatchObject([{ output_data: { success: false } }]);
    expect(await told('db_connection_recovered')).toMatchObject([
      { output_data: { success: true } },
    ]);
  }, 180_000);

  it('takes nothing up, and fails nothing, while the queue is away', async () => {
    const lines: object[] = [];
    const deadLetters = async () => {
      throw new Error('the queue is away');
    };
    const app = {
      ...stack.app,
      log: (line: object) => void lines.push(line),
      queue: { ...stack.app.queue, deadLetters },
    };
    expect(await takeUpSpool(app)).toBe(0);
    expect(lines).toMatchObject([{ event: 'spool_not_taken_up' }]);
  });
});

describe('storeSpooled', () => {
  const message = (component: string) => ({
    spooled_at: new Date(now).toISOString(),
    key_id: null,
    samples: [1, 2, 3].map((i) => ({
      component,
      instance: '',
      at: new Date(now - i * 1000).toISOString(),
      values: { cpu_usage: i },
    })),
  });

  it('stores a batch once, and tells it once, however often it is delivered', async () => {
    const before = (await told('db_connection_recovered')).length;
    const delivery = { messageId: 'msg_twice', retried: 3 };
    const all = await Promise.all(
      Array.from({ length: 5 }, () => storeSpooled(stack.app, message('twice'), delivery)),
    );
    expect(all.reduce((sum, one) => sum + one.accepted, 0)).toBe(3);
    expect(await stored('twice')).toBe(3);
    const rows = await told('db_connection_recovered');
    expect(rows).toHaveLength(before + 1);
    expect(rows.at(-1)).toMatchObject({ output_data: { attempts: 4 } });
  });
});

describe('spool', () => {
  it('says that nothing takes samples when the queue is away, too', async () => {
    const publish = async () => {
      throw new Error('the queue is away');
    };
    const app = { ...stack.app, queue: { ...stack.app.queue, publish } };
    await expect(spool(app, [sample('nowhere', 1)])).rejects.toMatchObject({
      code: 'unavailable',
      retryAfterS: 10,
    });
  });

  it('leaves a share of the queue’s day to recoveries', async () => {
    const publish = async () => undefined;
    const app = { ...stack.app, queue: { ...stack.app.queue, publish } };
    for (let i = 0; i < 400; i += 1) await spool(app, [sample('much', i)]);
    await expect(spool(app, [sample('much', 400)])).rejects.toMatchObject({
      code: 'unavailable',
      retryAfterS: 60,
    });
  });

  it('cuts a batch into pieces that a message holds, and leaves nothing out', () => {
    const wide = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`metric_${i}`, i / 7]));
    const samples = Array.from(
      { length: 5000 },
      (_, i): NamedSample => ({
        component: `component-${i}`,
        sample: { instance: 'one', at: new Date(now - i), values: wide },
      }),
    );
    const cut = pieces(samples);
    expect(cut.length).toBeGreaterThan(1);
    for (const piece of cut) {
      expect(Buffer.byteLength(JSON.stringify(piece))).toBeLessThan(800_000);
    }
    expect(cut.flat().map(({ component }) => component)).toEqual(
      samples.map(({ component }) => component),
    );
    expect(pieces([])).toEqual([]);
  });
});
