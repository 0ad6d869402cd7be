import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../lib/local/queue/engine.js';
import { createEventLog } from '../../../lib/local/queue/event-log.js';
import { type Journal, openJournal } from '../../../lib/local/queue/journal.js';
import type { Plan } from '../../../lib/local/queue/plan.js';
import { type Core, publish } from '../../../lib/local/queue/publish.js';
import { createSigningKeys } from '../../../lib/local/queue/signing-keys.js';
import { gate, testFolder } from './support.js';

const PLAN: Plan = { maxRetries: 5, timeScale: 1, allowAnyDestination: false, now: Date.now };

/** The parts of a queue over a disk that takes its time. */
async function slowCore(disk: Promise<void>): Promise<Core> {
  const journal = await openJournal(await testFolder());
  const slow: Journal = {
    ...journal,
    commit: async (changes) => {
      const durable = journal.commit(changes);
      await disk;
      await durable;
    },
  };
  const log = createEventLog(PLAN.now);
  const keys = createSigningKeys({ current: 'sig_a', next: 'sig_b' });
  const parts = { plan: PLAN, journal: slow, log, keys, onAttempt: () => {} };
  return { plan: PLAN, journal: slow, log, engine: createEngine(parts) };
}

const MESSAGE = {
  destination: 'http://127.0.0.1:9/',
  options: { 'upstash-deduplication-id': 'a', 'upstash-delay': '1d' },
  body: Buffer.from('body'),
  callerIp: '127.0.0.1',
};

describe('publish', () => {
  it('answers no publication, and no repetition of it, before it is on disk', async () => {
    const { opened, open } = gate();
    const core = await slowCore(opened);
    const answered: string[] = [];
    const first = publish(core, MESSAGE).then(() => answered.push('first'));
    const second = publish(core, MESSAGE).then(() => answered.push('second'));
    // Long enough for everything in memory to have happened, were nobody waiting for the disk.
    for (let turn = 0; turn < 20; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(answered).toEqual([]);
    open();
    await Promise.all([first, second]);
    expect(answered.sort()).toEqual(['first', 'second']);
    await core.engine.close();
    await core.journal.close();
  });
});
