import { describe, expect, it } from 'vitest';
import { silenceClient, testDestination, testQueue, verify } from './support.js';

const A = 'http://127.0.0.1:9/a';
const B = 'http://127.0.0.1:9/b';

describe('publish to a URL group', () => {
  it('sends one message to each endpoint', async () => {
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    await client.urlGroups.addEndpoints({
      name: 'group',
      endpoints: [{ name: 'first', url: `${destination.url}/a` }, { url: `${destination.url}/b` }],
    });
    const answers = await client.publishJSON({ urlGroup: 'group', body: { n: 1 } });
    expect(answers).toEqual([
      { messageId: expect.stringMatching(/^msg_/), url: `${destination.url}/a` },
      { messageId: expect.stringMatching(/^msg_/), url: `${destination.url}/b` },
    ]);
    expect(await queue.idle(15_000)).toBe(true);
    const byPath = Object.fromEntries(destination.received.map((one) => [one.path, one]));
    expect(byPath['/a']?.headers).toMatchObject({
      'upstash-topic-name': 'group',
      'upstash-endpoint-name': 'first',
      'upstash-message-id': answers[0]?.messageId,
    });
    expect(byPath['/a'] && (await verify(byPath['/a'], `${destination.url}/a`))).toBe(true);
    expect(byPath['/b'] && (await verify(byPath['/b'], `${destination.url}/b`))).toBe(true);
  });

  it('repeats the whole answer for a repeated deduplication id', async () => {
    const { client } = await testQueue({ timeScale: 1 });
    await client.urlGroups.addEndpoints({ name: 'group', endpoints: [{ url: A }, { url: B }] });
    const message = { urlGroup: 'group', deduplicationId: 'x', delay: 3600 };
    const first = await client.publish(message);
    const second = await client.publish(message);
    expect(second).toEqual(first.map((answer) => ({ ...answer, deduplicated: true })));
  });

  it('stands among others in a batch', async () => {
    const { client } = await testQueue({ timeScale: 1 });
    await client.urlGroups.addEndpoints({ name: 'group', endpoints: [{ url: A }, { url: B }] });
    const answers = await client.batch([
      { urlGroup: 'group', delay: 3600 },
      { url: A, delay: 3600 },
    ]);
    const answer = { messageId: expect.stringMatching(/^msg_/) };
    expect(answers).toEqual([
      [
        { ...answer, url: A },
        { ...answer, url: B },
      ],
      answer,
    ]);
  });

  it('is refused when there is no such group', async () => {
    silenceClient();
    const { client } = await testQueue();
    await expect(client.publish({ urlGroup: 'nobody' })).rejects.toMatchObject({
      status: 404,
      message: '{"error":"url group nobody not found"}',
    });
  });
});

describe('urlGroups', () => {
  it('adds, replaces, shows and removes endpoints', async () => {
    silenceClient();
    const { client } = await testQueue();
    const groups = client.urlGroups;
    await groups.addEndpoints({ name: 'g', endpoints: [{ name: 'a', url: A }, { url: B }] });
    await groups.addEndpoints({ name: 'g', endpoints: [{ name: 'a', url: `${A}2` }, { url: B }] });
    const group = await groups.get('g');
    expect(group).toMatchObject({
      name: 'g',
      createdAt: expect.any(Number),
      endpoints: [{ name: 'a', url: `${A}2` }, { url: B }],
    });
    expect(group.updatedAt).toBeGreaterThanOrEqual(group.createdAt);
    expect(await groups.list()).toEqual([group]);
    await groups.removeEndpoints({ name: 'g', endpoints: [{ url: B }] });
    expect((await groups.get('g')).endpoints).toEqual([{ name: 'a', url: `${A}2` }]);
    await groups.removeEndpoints({ name: 'g', endpoints: [{ name: 'a' }] });
    await expect(groups.get('g')).rejects.toMatchObject({ status: 404 });
  });

  it('deletes a group', async () => {
    silenceClient();
    const { client } = await testQueue();
    await client.topics.addEndpoints({ name: 'g', endpoints: [{ url: A }] });
    await client.topics.delete('g');
    expect(await client.topics.list()).toEqual([]);
    await expect(client.topics.delete('g')).rejects.toMatchObject({ status: 404 });
  });

  it.each([
    ['a bad name', 'a b', [{ url: A }]],
    ['no endpoints', 'g', []],
    ['a bad URL', 'g', [{ url: 'nowhere' }]],
    ['another machine', 'g', [{ url: A }, { url: 'https://example.com/' }]],
  ])('refuses %s and makes nothing', async (_, name, endpoints) => {
    silenceClient();
    const { client } = await testQueue();
    await expect(client.urlGroups.addEndpoints({ name, endpoints })).rejects.toMatchObject({
      status: 400,
    });
    expect(await client.urlGroups.list()).toEqual([]);
  });
});
