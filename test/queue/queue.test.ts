import { describe, expect, it } from 'vitest';
import { type Outgoing, qstashQueue } from '../../lib/queue/queue.js';
import { testDestination, testQueue, verify } from '../local/queue/support.js';

const message = (changes: Partial<Outgoing> = {}): Outgoing => ({
  path: '/api/recover',
  body: { kind: 'recover' },
  retries: 5,
  label: 'recover',
  ...changes,
});

async function rig(answer?: Parameters<typeof testDestination>[0]) {
  const destination = await testDestination(answer);
  const { queue } = await testQueue();
  const config = { qstashUrl: queue.url, token: queue.token, baseUrl: destination.url };
  return { destination, config, ours: qstashQueue(config) };
}

describe('qstashQueue', () => {
  it('publishes all messages in one call, each signed for its path', async () => {
    const { destination, ours } = await rig();
    await ours.publish([message(), message({ path: '/api/sweep', body: { tick: 7 } })]);
    const received = await destination.arrived(2);
    expect(received.map(({ path }) => path).sort()).toEqual(['/api/recover', '/api/sweep']);
    for (const one of received) expect(await verify(one, destination.url + one.path)).toBe(true);
  });

  it('drops a second message of the same id', async () => {
    const { destination, ours } = await rig();
    await ours.publish([message({ dedupId: 'recover-1' })]);
    await ours.publish([message({ dedupId: 'recover-1' }), message({ dedupId: 'recover-2' })]);
    await ours.publish([message({ path: '/last' })]);
    const received = await destination.arrived(3);
    expect(received.map(({ path }) => path).sort()).toEqual([
      '/api/recover',
      '/api/recover',
      '/last',
    ]);
  });

  it('tells the failure path when a message was given up, keeps it, and revives it', async () => {
    let refuse = true;
    const { destination, ours } = await rig(({ path }) => ({
      status: path === '/api/recover' && refuse ? 500 : 200,
    }));
    await ours.publish([message({ retries: 0, onFailure: '/api/failed' })]);
    const [, told] = await destination.arrived(2);
    expect(told?.path).toBe('/api/failed');
    const dead = await ours.deadLetters('recover');
    expect(dead).toHaveLength(1);
    expect(JSON.parse(dead[0]?.body ?? '')).toEqual({ kind: 'recover' });
    expect(await ours.deadLetters('other')).toEqual([]);
    refuse = false;
    await ours.revive(dead.map(({ dlqId }) => dlqId));
    expect((await destination.arrived(3))[2]?.path).toBe('/api/recover');
  });

  it('says so when the queue took only some of the messages', async () => {
    const bodies = ['[{"messageId":"m1"},{"error":"quota"}]', '[{"messageId":"m1"}]', '[]', '{}'];
    for (const [number, body] of bodies.entries()) {
      const lying = await testDestination(() => ({
        status: 200,
        headers: { 'content-type': 'application/json' },
        body,
      }));
      const config = { qstashUrl: lying.url, token: 't', baseUrl: 'http://127.0.0.1:9' };
      await expect(qstashQueue(config).publish([message(), message()])).rejects.toMatchObject({
        code: 'upstream_unavailable',
        message: `the queue took ${number < 2 ? 1 : 0} of 2 messages`,
      });
    }
  });

  it.each([
    ['publish', 'take the messages'],
    ['ping', 'answer'],
  ] as const)('names what failed when %s finds no queue', async (method, what) => {
    const config = { qstashUrl: 'http://127.0.0.1:9', token: 't', baseUrl: 'http://127.0.0.1:9' };
    await expect(qstashQueue(config)[method]([message()])).rejects.toMatchObject({
      code: 'upstream_unavailable',
      message: `the queue did not ${what}`,
    });
  });

  it('asks nothing of the queue where there is nothing to ask', async () => {
    const config = { qstashUrl: 'http://127.0.0.1:9', token: 't', baseUrl: 'http://127.0.0.1:9' };
    await expect(qstashQueue(config).publish([])).resolves.toBeUndefined();
    await expect(qstashQueue(config).revive([])).resolves.toBeUndefined();
  });

  it('creates schedules, and replaces those of the same id', async () => {
    const { ours, config } = await rig();
    const schedule = { id: 'sweep', path: '/api/sweep', cron: '* * * * *', body: {} };
    await ours.putSchedules([schedule]);
    await ours.putSchedules([{ ...schedule, cron: '*/2 * * * *' }]);
    const { Client } = await import('@upstash/qstash');
    const client = new Client({ baseUrl: config.qstashUrl, token: config.token });
    expect(await client.schedules.list()).toMatchObject([
      { scheduleId: 'sweep', cron: '*/2 * * * *', destination: `${config.baseUrl}/api/sweep` },
    ]);
    await expect(ours.ping()).resolves.toBeUndefined();
  });
});
