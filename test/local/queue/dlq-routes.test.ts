import type { Client } from '@upstash/qstash';
import { describe, expect, it } from 'vitest';
import { type Destination, silenceClient, testDestination, testQueue, verify } from './support.js';

/** Three dead letters, each different from the others in every filtered way; the oldest first. */
async function dead(
  client: Client,
  destination: Destination,
  queue: { idle(ms: number): unknown },
) {
  await client.urlGroups.addEndpoints({
    name: 'group-1',
    endpoints: [{ name: 'only', url: `${destination.url}/500/c` }],
  });
  await client.schedules.create({
    destination: `${destination.url}/503/s`,
    cron: '0 0 1 1 *',
    scheduleId: 'schedule-1',
    retries: 0,
  });
  const base = { retries: 0, body: 'body' };
  const first = await client.publish({
    ...base,
    url: `${destination.url}/500/a`,
    label: ['red', 'round'],
    flowControl: { key: 'flow-1', parallelism: 1 },
  });
  await queue.idle(15_000);
  const second = await client
    .queue({ queueName: 'q-1' })
    .enqueue({ ...base, url: `${destination.url}/404/b`, label: 'blue' });
  await queue.idle(15_000);
  const [third] = await client.publish({ ...base, urlGroup: 'group-1' });
  await queue.idle(15_000);
  return [first.messageId, second.messageId, third?.messageId ?? ''] as const;
}

/** Answers with the number in its path until it is mended. */
async function broken(): Promise<Destination & { mend(): void }> {
  let mended = false;
  const destination = await testDestination(({ path }) => ({
    status: mended ? 200 : Number(path.split('/')[1]),
    headers: { 'x-why': 'test' },
    body: 'no luck',
  }));
  return {
    ...destination,
    mend: () => {
      mended = true;
    },
  };
}

async function prepared() {
  const destination = await broken();
  const { queue, client } = await testQueue();
  const messageIds = await dead(client, destination, queue);
  const letters = (await client.dlq.listMessages()).messages;
  const dlqIds = messageIds.map(
    (messageId) => letters.find((letter) => letter.messageId === messageId)?.dlqId ?? '',
  );
  return { destination, queue, client, messageIds, dlqIds };
}

describe('dlq.listMessages', () => {
  it('shows the message and the last answer, newest first', async () => {
    const { client, destination, messageIds } = await prepared();
    const { messages, cursor } = await client.dlq.listMessages();
    expect(cursor).toBeUndefined();
    expect(messages.map(({ messageId }) => messageId)).toEqual([...messageIds].reverse());
    expect(messages[2]).toMatchObject({
      url: `${destination.url}/500/a`,
      method: 'POST',
      body: 'body',
      maxRetries: 0,
      labels: ['red', 'round'],
      flowControlKey: 'flow-1',
      dlqId: expect.stringMatching(/^\d+-\d+$/),
      responseStatus: 500,
      responseHeader: { 'X-Why': ['test'] },
      responseBody: 'no luck',
    });
    expect(messages[0]).toMatchObject({ urlGroup: 'group-1', endpointName: 'only' });
  });

  it.each([
    ['status', { responseStatus: 500 }, [0, 2]],
    ['statuses', { responseStatus: [404, 410] }, [1]],
    ['label', { label: 'red' }, [0]],
    ['labels', { label: ['round', 'blue'] }, [0, 1]],
    ['flow control key', { flowControlKey: 'flow-1' }, [0]],
    ['queue', { queueName: 'q-1' }, [1]],
    ['URL group', { urlGroup: 'group-1' }, [2]],
    ['caller', { callerIp: ['127.0.0.1', '10.0.0.1'] }, [0, 1, 2]],
    ['schedule', { scheduleId: 'schedule-1' }, []],
    ['time', { fromDate: new Date(0), toDate: new Date('2100-01-01') }, [0, 1, 2]],
    ['a time before', { toDate: 1 }, []],
    ['a time after', { fromDate: new Date('2100-01-01') }, []],
    ['two filters together', { responseStatus: 500, urlGroup: 'group-1' }, [2]],
  ])('filters by %s', async (_, filter, expected) => {
    const { client, messageIds } = await prepared();
    const { messages } = await client.dlq.listMessages({ filter });
    expect(messages.map(({ messageId }) => messageId)).toEqual(
      expected.map((index) => messageIds[index]).reverse(),
    );
  });

  it('filters by message, by URL and by its own ids', async () => {
    const { client, destination, messageIds, dlqIds } = await prepared();
    const [messageId = ''] = messageIds;
    const url = `${destination.url}/404/b`;
    const ids = async (request: Parameters<typeof client.dlq.listMessages>[0]) =>
      (await client.dlq.listMessages(request)).messages.map((letter) => letter.dlqId);
    expect(await ids({ filter: { messageId } })).toEqual([dlqIds[0]]);
    expect(await ids({ filter: { url } })).toEqual([dlqIds[1]]);
    expect(await ids({ dlqIds: [dlqIds[2] ?? '', 'gone', dlqIds[0] ?? ''] })).toEqual([
      dlqIds[2],
      dlqIds[0],
    ]);
    expect(await ids({ dlqIds: dlqIds[1] ?? '' })).toEqual([dlqIds[1]]);
  });

  it('filters by schedule what a schedule sent', async () => {
    const { client, queue } = await prepared();
    await queue.fire('schedule-1');
    await queue.idle(15_000);
    const { messages } = await client.dlq.listMessages({ filter: { scheduleId: 'schedule-1' } });
    expect(messages).toMatchObject([{ scheduleId: 'schedule-1', responseStatus: 503 }]);
  });

  it('goes through the pages, also while letters disappear', async () => {
    const { client, dlqIds } = await prepared();
    const [oldest, middle, newest] = dlqIds;
    const first = await client.dlq.listMessages({ count: 1 });
    expect(first.messages.map(({ dlqId }) => dlqId)).toEqual([newest]);
    await client.dlq.delete(String(newest));
    const second = await client.dlq.listMessages({ count: 1, cursor: String(first.cursor) });
    expect(second.messages.map(({ dlqId }) => dlqId)).toEqual([middle]);
    const third = await client.dlq.listMessages({ count: 1, cursor: String(second.cursor) });
    expect(third.messages.map(({ dlqId }) => dlqId)).toEqual([oldest]);
    expect(third.cursor).toBeUndefined();
  });

  it.each([
    ['host', { host: '127.0.0.1' }],
    ['an unknown name', { colour: 'red' }],
    ['a count that is none', { count: 'many' }],
    ['a date that is none', { fromDate: 'yesterday' }],
  ])('refuses %s', async (_, query) => {
    silenceClient();
    const { client } = await testQueue();
    await expect(
      client.http.request({ method: 'GET', path: ['v2', 'dlq'], query }),
    ).rejects.toMatchObject({ status: 400 });
  });

  it('shows one by its id', async () => {
    silenceClient();
    const { client, dlqIds } = await prepared();
    const path = ['v2', 'dlq', dlqIds[0] ?? ''];
    expect(await client.http.request({ method: 'GET', path })).toMatchObject({ dlqId: dlqIds[0] });
    await expect(
      client.http.request({ method: 'GET', path: ['v2', 'dlq', 'gone'] }),
    ).rejects.toMatchObject({ status: 404 });
  });
});

describe('dlq.delete', () => {
  const left = async (client: Client) =>
    (await client.dlq.listMessages()).messages.map(({ dlqId }) => dlqId).reverse();

  it('removes one', async () => {
    silenceClient();
    const { client, dlqIds } = await prepared();
    const [first = '', ...rest] = dlqIds;
    expect(await client.dlq.delete(first)).toEqual({ deleted: 1 });
    expect(await left(client)).toEqual(rest);
    await expect(client.dlq.delete(first)).rejects.toMatchObject({ status: 404 });
  });

  it('removes many, as far as they are there', async () => {
    const { client, dlqIds } = await prepared();
    const [first = '', second, third = ''] = dlqIds;
    expect((await client.dlq.delete([first, 'gone', third])).deleted).toBe(2);
    expect(await left(client)).toEqual([second]);
    expect((await client.dlq.deleteMany({ dlqIds: [String(second)] })).deleted).toBe(1);
    expect(await left(client)).toEqual([]);
  });

  it('removes by filter', async () => {
    const { client, dlqIds } = await prepared();
    const { deleted } = await client.dlq.delete({ filter: { responseStatus: [500] } });
    expect(deleted).toBe(2);
    expect(await left(client)).toEqual([dlqIds[1]]);
  });

  it('removes all, page by page', async () => {
    const { client } = await prepared();
    const counts: number[] = [];
    let cursor: string | undefined;
    do {
      const page: { deleted: number; cursor?: string } = await client.dlq.delete({
        all: true,
        count: 2,
        ...(cursor !== undefined && { cursor }),
      });
      counts.push(page.deleted);
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(counts).toEqual([2, 1]);
    expect(await left(client)).toEqual([]);
  });
});

describe('dlq.retry', () => {
  it('sends a new message with the old one’s content, and forgets the letter', async () => {
    const { client, destination, queue, dlqIds, messageIds } = await prepared();
    destination.mend();
    const { responses } = await client.dlq.retry(dlqIds[0] ?? '');
    expect(responses).toEqual([{ messageId: expect.stringMatching(/^msg_/) }]);
    expect(responses[0]?.messageId).not.toBe(messageIds[0]);
    expect(await queue.idle(15_000)).toBe(true);
    const received = destination.received.at(-1);
    expect(received).toMatchObject({
      path: '/500/a',
      headers: { 'upstash-message-id': responses[0]?.messageId, 'upstash-retried': '0' },
    });
    expect(String(received?.body)).toBe('body');
    expect(received && (await verify(received, `${destination.url}/500/a`))).toBe(true);
    expect((await client.dlq.listMessages()).messages).toHaveLength(2);
  });

  it('sends again by filter, and all', async () => {
    const { client, destination, queue } = await prepared();
    destination.mend();
    const byFilter = await client.dlq.retry({ filter: { urlGroup: 'group-1' } });
    expect(byFilter.responses).toHaveLength(1);
    const all = await client.dlq.retry({ all: true });
    expect(all.responses).toHaveLength(2);
    expect(all.cursor).toBeUndefined();
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received).toHaveLength(6);
    expect((await client.dlq.listMessages()).messages).toEqual([]);
  });

  it('sends nothing when one of the ids is not there', async () => {
    silenceClient();
    const { client, destination, dlqIds } = await prepared();
    await expect(client.dlq.retry([dlqIds[0] ?? '', 'gone'])).rejects.toMatchObject({
      status: 404,
    });
    expect((await client.dlq.listMessages()).messages).toHaveLength(3);
    expect(destination.received).toHaveLength(3);
  });

  it('makes a dead letter again of what fails again', async () => {
    const { client, queue, dlqIds } = await prepared();
    const { responses } = await client.dlq.retry([dlqIds[1] ?? '']);
    expect(await queue.idle(15_000)).toBe(true);
    const { messages } = await client.dlq.listMessages({ filter: { queueName: 'q-1' } });
    expect(messages).toMatchObject([{ messageId: responses[0]?.messageId, responseStatus: 404 }]);
  });

  it('lets the request override the message’s options', async () => {
    const { client, destination, queue, dlqIds } = await prepared();
    const answer = await client.http.request({
      method: 'POST',
      path: ['v2', 'dlq', 'retry', dlqIds[0] ?? ''],
      headers: { 'Upstash-Retries': '1', 'Upstash-Retry-Delay': '1' },
    });
    expect(answer).toMatchObject({ messageId: expect.stringMatching(/^msg_/) });
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received.slice(3).map(({ headers }) => headers['upstash-retried'])).toEqual([
      '0',
      '1',
    ]);
  });

  it('does not wait again for a delay that is over', async () => {
    const destination = await broken();
    const { queue, client } = await testQueue();
    await client.publish({ url: `${destination.url}/500`, delay: 200, retries: 0 });
    await queue.idle(15_000);
    await client.dlq.retry({ all: true });
    await queue.idle(15_000);
    const [again] = (await client.dlq.listMessages()).messages;
    expect(again?.notBefore).toBe(again?.createdAt);
  });
});
