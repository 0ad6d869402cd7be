import { describe, expect, it } from 'vitest';
import { BASE, silenceClient, testDestination, testQueue, verify } from './support.js';

const NOWHERE = 'http://127.0.0.1:9/';

describe('schedules.create', () => {
  it('fires every second with six fields, signed and marked with its id', async () => {
    const destination = await testDestination();
    const { client } = await testQueue();
    const { scheduleId } = await client.schedules.create({
      destination: destination.url,
      cron: '* * * * * *',
      body: '{"sweep":true}',
    });
    const [first, second] = await destination.arrived(2);
    for (const received of [first, second]) {
      expect(received?.headers['upstash-schedule-id']).toBe(scheduleId);
      expect(received?.headers['content-type']).toBe('application/json');
      expect(String(received?.body)).toBe('{"sweep":true}');
      expect(received && (await verify(received, destination.url))).toBe(true);
    }
    expect(first?.headers['upstash-message-id']).not.toBe(second?.headers['upstash-message-id']);
  });

  it('fires once at its time, even when the timer rings a moment early', async () => {
    const destination = await testDestination();
    // The clock stands ten milliseconds before the full minute, also when the timer has rung.
    const minute = 1_800_000_000_000;
    const { client } = await testQueue({ now: () => minute - 10 });
    await client.schedules.create({
      scheduleId: 's',
      destination: destination.url,
      cron: '* * * * *',
    });
    await destination.arrived(1);
    expect((await client.schedules.get('s')).nextScheduleTime).toBe(minute + 60_000);
  });

  it('makes an id when none is given', async () => {
    const { client } = await testQueue();
    const { scheduleId } = await client.schedules.create({
      destination: NOWHERE,
      cron: '0 0 1 1 *',
    });
    expect(scheduleId).toMatch(/^scd_\w+$/);
  });

  it('overwrites the schedule with the same id', async () => {
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    const create = (path: string, cron: string) =>
      client.schedules.create({
        scheduleId: 'sweep',
        destination: `${destination.url}${path}`,
        cron,
      });
    await create('/old', '* * * * * *');
    const before = await client.schedules.get('sweep');
    expect(await create('/new', '0 0 1 1 *')).toEqual({ scheduleId: 'sweep' });
    const schedules = await client.schedules.list();
    expect(schedules).toMatchObject([
      { scheduleId: 'sweep', cron: '0 0 1 1 *', createdAt: before.createdAt },
    ]);
    await queue.fire('sweep');
    await queue.idle(15_000);
    expect(destination.received.at(-1)?.path).toBe('/new');
  });

  it('leaves a paused schedule paused when it is overwritten', async () => {
    const { client } = await testQueue();
    const wanted = { scheduleId: 'sweep', destination: NOWHERE, cron: '0 0 1 1 *' };
    await client.schedules.create(wanted);
    await client.schedules.pause({ schedule: 'sweep' });
    await client.schedules.create(wanted);
    expect((await client.schedules.get('sweep')).isPaused).toBe(true);
  });

  it('sends to a URL group and through a queue', async () => {
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    await client.urlGroups.addEndpoints({
      name: 'all',
      endpoints: [{ url: `${destination.url}/a` }, { url: `${destination.url}/b` }],
    });
    await client.schedules.create({
      scheduleId: 's',
      destination: 'all',
      cron: '0 0 1 1 *',
      queueName: 'q',
    });
    await queue.fire('s');
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received.map(({ path }) => path)).toEqual(['/a', '/b']);
    expect(destination.received[0]?.headers).toMatchObject({
      'upstash-topic-name': 'all',
      'upstash-queue-name': 'q',
    });
  });

  it.each([
    ['no cron', { cron: '' }],
    ['a bad cron', { cron: 'every minute' }],
    ['an unknown zone', { cron: 'CRON_TZ=Mars/Base 0 4 * * *' }],
    ['a bad id', { scheduleId: 'a b' }],
    ['a bad destination', { destination: 'ftp://127.0.0.1/' }],
    ['another machine', { destination: 'https://example.com/' }],
    ['a bad callback', { callback: 'nowhere' }],
    ['a bad retry delay', { retryDelay: 'soon' }],
  ])('refuses %s and makes nothing', async (_, change) => {
    silenceClient();
    const { client } = await testQueue();
    const wanted = { destination: NOWHERE, cron: '0 0 1 1 *', ...change };
    await expect(client.schedules.create(wanted)).rejects.toMatchObject({ status: 400 });
    expect(await client.schedules.list()).toEqual([]);
  });

  it('does not know a URL group that is not there', async () => {
    silenceClient();
    const { client } = await testQueue();
    await expect(
      client.schedules.create({ destination: 'nobody', cron: '0 0 1 1 *' }),
    ).rejects.toMatchObject({ status: 404 });
  });
});

describe('schedules.get', () => {
  it('shows everything that the schedule was made with', async () => {
    const nowMs = Date.parse('2026-03-28T12:00:00Z');
    const { client } = await testQueue({ now: () => nowMs });
    await client.schedules.create({
      scheduleId: 'nightly',
      destination: NOWHERE,
      cron: 'CRON_TZ=Europe/Paris 0 4 * * *',
      body: 'text',
      headers: { 'content-type': 'text/plain', 'x-trace': '7' },
      method: 'PUT',
      retries: 2,
      retryDelay: '1000',
      delay: 5,
      callback: `${NOWHERE}callback`,
      failureCallback: `${NOWHERE}failure`,
      label: ['red', 'round'],
      flowControl: { key: 'k', parallelism: 2, rate: 3, period: 60 },
      queueName: 'q',
    });
    expect(await client.schedules.get('nightly')).toMatchObject({
      scheduleId: 'nightly',
      cron: 'CRON_TZ=Europe/Paris 0 4 * * *',
      destination: NOWHERE,
      createdAt: nowMs,
      method: 'PUT',
      header: { 'Content-Type': ['text/plain'], 'X-Trace': ['7'] },
      body: 'text',
      retries: 2,
      retryDelayExpression: '1000',
      delay: 5,
      callback: `${NOWHERE}callback`,
      failureCallback: `${NOWHERE}failure`,
      isPaused: false,
      queueName: 'q',
      flowControlKey: 'k',
      parallelism: 2,
      rate: 3,
      ratePerSecond: 3,
      period: 60,
      labels: ['red', 'round'],
      callerIP: '127.0.0.1',
      nextScheduleTime: Date.parse('2026-03-29T02:00:00Z'),
    });
  });

  it('tells how the messages of the last firing fared', async () => {
    let status = 500;
    const destination = await testDestination(() => ({ status }));
    const { queue, client } = await testQueue();
    await client.schedules.create({
      scheduleId: 's',
      destination: destination.url,
      cron: '0 0 1 1 *',
      retries: 0,
    });
    expect(await client.schedules.get('s')).not.toHaveProperty('lastScheduleTime');
    const failed = await queue.fire('s');
    await queue.idle(15_000);
    const afterFailure = await client.schedules.get('s');
    expect(afterFailure.lastScheduleStates).toEqual({
      [failed.messages[0]?.messageId ?? '']: 'FAIL',
    });
    expect(afterFailure.lastScheduleTime).toBeGreaterThan(0);
    status = 200;
    const succeeded = await queue.fire('s');
    await queue.idle(15_000);
    expect((await client.schedules.get('s')).lastScheduleStates).toEqual({
      [succeeded.messages[0]?.messageId ?? '']: 'SUCCESS',
    });
    await client.schedules.create({
      scheduleId: 's',
      destination: NOWHERE,
      cron: '0 0 1 1 *',
      delay: '1d',
    });
    const pending = await queue.fire('s');
    const pendingId = pending.messages[0]?.messageId ?? '';
    const { lastScheduleStates } = await client.schedules.get('s');
    expect(lastScheduleStates).toEqual({ [pendingId]: 'IN_PROGRESS' });
    await client.messages.cancel(pendingId);
    expect((await client.schedules.get('s')).lastScheduleStates).toEqual({ [pendingId]: 'FAIL' });
  });

  it('redacts what was to be redacted', async () => {
    const { client } = await testQueue();
    await client.schedules.create({
      scheduleId: 's',
      destination: NOWHERE,
      cron: '0 0 1 1 *',
      body: 'private',
      redact: { body: true },
    });
    expect((await client.schedules.get('s')).body).toMatch(/^REDACTED:/);
  });
});

describe('schedules.pause', () => {
  it('stops the firing until it is resumed', async () => {
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    await client.schedules.create({
      scheduleId: 's',
      destination: destination.url,
      cron: '* * * * * *',
    });
    await client.schedules.pause({ schedule: 's' });
    await client.schedules.pause({ schedule: 's' });
    expect((await client.schedules.get('s')).isPaused).toBe(true);
    await queue.idle(15_000);
    const whilePaused = destination.received.length;
    // A second schedule tells, without a clock, that a firing of the first was due and left out.
    await client.schedules.create({
      scheduleId: 'other',
      destination: `${destination.url}/other`,
      cron: '* * * * * *',
    });
    await destination.arrived(whilePaused + 1);
    expect(destination.received.slice(whilePaused).every(({ path }) => path === '/other')).toBe(
      true,
    );
    await client.schedules.delete('other');
    await client.schedules.resume({ schedule: 's' });
    expect((await client.schedules.get('s')).isPaused).toBe(false);
    const count = destination.received.length;
    await destination.arrived(count + 1);
    expect(destination.received.at(-1)?.path).toBe('/');
  });

  it('takes POST as well, as the API documents say', async () => {
    const { queue, client } = await testQueue();
    await client.schedules.create({ scheduleId: 's', destination: NOWHERE, cron: '0 0 1 1 *' });
    const headers = { authorization: `Bearer ${BASE.token}` };
    const url = `${queue.url}/v2/schedules/s/pause`;
    expect((await fetch(url, { method: 'POST', headers })).status).toBe(200);
    expect((await client.schedules.get('s')).isPaused).toBe(true);
  });
});

describe('schedules.delete', () => {
  it('ends the schedule', async () => {
    silenceClient();
    const { queue, client } = await testQueue();
    await client.schedules.create({ scheduleId: 's', destination: NOWHERE, cron: '* * * * * *' });
    await client.schedules.delete('s');
    expect(await client.schedules.list()).toEqual([]);
    await expect(client.schedules.get('s')).rejects.toMatchObject({ status: 404 });
    await expect(client.schedules.delete('s')).rejects.toMatchObject({ status: 404 });
    await expect(client.schedules.pause({ schedule: 's' })).rejects.toMatchObject({ status: 404 });
    await expect(queue.fire('s')).rejects.toThrow('schedule s not found');
  });
});
