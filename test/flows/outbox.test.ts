import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { publishRecoveries } from '../../lib/flows/outbox.js';
import { addComponent, addRecovery } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

let flows: FlowStack;
let names = 0;

beforeAll(async () => {
  flows = await startFlowStack();
});

afterAll(() => flows.close());

beforeEach(() => {
  flows.sent.length = 0;
});

async function recovery(given: object = {}) {
  names += 1;
  const componentId = await addComponent(flows.stack, `published-${names}`);
  return addRecovery(flows.app, componentId, given);
}

const isPublished = async (id: string): Promise<boolean> => {
  const [row] = await flows.app.sql`
    select published_at is not null as published from recoveries where id = ${id}::uuid`;
  return row?.['published'] === true;
};

describe('publishRecoveries', () => {
  it('hands messages over in one call, each found by what it is about, and notes it', async () => {
    const one = await recovery();
    const other = await recovery({ state: 'verifying', verifyInS: 30 });
    await publishRecoveries(flows.app, [
      { id: one.id, token: one.token, kind: 'recover', delayS: 0 },
      { id: other.id, token: other.token, kind: 'verify', delayS: 30 },
    ]);
    expect(flows.sent).toMatchObject([
      { dedupId: `recover-${one.id}-${one.token}`, retries: 5, onFailure: '/api/recover' },
      { dedupId: `verify-${other.id}-${other.token}`, delayS: 30 },
    ]);
    expect(await isPublished(one.id)).toBe(true);
    expect(await isPublished(other.id)).toBe(true);
  });

  it('does not note a message of an earlier state: the present one is still to be sent', async () => {
    const { id, token } = await recovery();
    await flows.app.sql`update recoveries set token = token + 1 where id = ${id}::uuid`;
    await publishRecoveries(flows.app, [{ id, token, kind: 'recover', delayS: 0 }]);
    expect(await isPublished(id)).toBe(false);
  });

  it('fails nothing, and notes nothing, when the queue takes nothing', async () => {
    const { id, token } = await recovery();
    const lines: object[] = [];
    const publish = () => Promise.reject(new Error('the queue is away'));
    const app = {
      ...flows.app,
      log: (line: object) => void lines.push(line),
      queue: { ...flows.app.queue, publish },
    };
    await publishRecoveries(app, [{ id, token, kind: 'recover', delayS: 0 }]);
    expect(await isPublished(id)).toBe(false);
    expect(lines).toMatchObject([{ event: 'publish_failed', count: 1 }]);
  });

  it('asks neither queue nor database when there is nothing to send', async () => {
    await publishRecoveries(flows.app, []);
    expect(flows.sent).toEqual([]);
  });
});
