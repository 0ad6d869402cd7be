import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Alert, takeAlerts } from '../../lib/flows/take-alerts.js';
import { addComponent } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

let flows: FlowStack;
let keys = 0;

beforeAll(async () => {
  flows = await startFlowStack();
  const refs = [{ source: 'alertmanager', id: 'shop-api' }];
  await addComponent(flows.stack, 'shop', { refs });
});

afterAll(() => flows.close());

beforeEach(() => {
  flows.sent.length = 0;
});

function alert(given: Partial<Alert> = {}): Alert {
  keys += 1;
  return {
    source: 'alertmanager',
    refs: ['shop-api'],
    severity: 'critical',
    status: 'firing',
    dedupKey: `alert-${keys}`,
    title: 'errors',
    startedAt: new Date('2026-03-01T12:00:00Z'),
    ...given,
  };
}

const kept = (dedupKey: string) => flows.app.sql`
  select status, resolved_at is not null as resolved
  from alerts
  where dedup_key = ${dedupKey}::text`;

describe('takeAlerts', () => {
  it('keeps an alert, and asks for one sweep', async () => {
    const one = alert();
    expect(await takeAlerts(flows.app, [one])).toEqual({ accepted: 1, duplicates: 0, unknown: 0 });
    expect(await kept(one.dedupKey)).toEqual([{ status: 'firing', resolved: false }]);
    expect(flows.sent).toMatchObject([{ path: '/api/sweep', retries: 0 }]);
  });

  it('takes ten deliveries at once for one', async () => {
    const one = alert();
    const all = await Promise.all(Array.from({ length: 10 }, () => takeAlerts(flows.app, [one])));
    expect(all.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(1);
    expect(await kept(one.dedupKey)).toHaveLength(1);
  });

  it('takes the same alert twice in one delivery for one', async () => {
    const one = alert();
    expect(await takeAlerts(flows.app, [one, one])).toEqual({
      accepted: 1,
      duplicates: 1,
      unknown: 0,
    });
  });

  it('resolves it, for good: an older firing message changes nothing', async () => {
    const one = alert();
    const resolved = { ...one, status: 'resolved' } as const;
    await takeAlerts(flows.app, [one]);
    expect(await takeAlerts(flows.app, [resolved])).toMatchObject({ accepted: 1 });
    expect(await takeAlerts(flows.app, [one])).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(await kept(one.dedupKey)).toEqual([{ status: 'resolved', resolved: true }]);
  });

  it('finds the component by its reference, or its name, and registers nothing', async () => {
    expect(
      await takeAlerts(flows.app, [
        alert({ refs: ['nobody', 'shop-api'] }),
        alert({ refs: ['shop'] }),
        alert({ refs: ['nobody'] }),
        alert({ refs: [] }),
      ]),
    ).toMatchObject({ unknown: 2, accepted: 2 });
    const names = await flows.app.sql`select name from components`;
    expect(names).toEqual([{ name: 'shop' }]);
  });

  it('asks for no sweep when nothing is new', async () => {
    await takeAlerts(flows.app, [alert({ refs: ['nobody'] })]);
    await takeAlerts(flows.app, []);
    expect(flows.sent).toEqual([]);
  });

  it('keeps the alert when the queue takes nothing: the clock’s next sweep sees it', async () => {
    const publish = () => Promise.reject(new Error('the queue is away'));
    const one = alert();
    const app = { ...flows.app, queue: { ...flows.app.queue, publish } };
    expect(await takeAlerts(app, [one])).toMatchObject({ accepted: 1 });
    expect(await kept(one.dedupKey)).toHaveLength(1);
  });
});
