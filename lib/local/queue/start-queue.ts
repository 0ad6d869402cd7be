import { createAttemptList } from './attempt-list.js';
import { createEngine, resume } from './engine.js';
import { createEventLog } from './event-log.js';
import { createQueueServer, listen, stopListening } from './http-server.js';
import { type Journal, openJournal } from './journal.js';
import type { LocalQueue, QueueOptions } from './options.js';
import type { Plan } from './plan.js';
import type { Core } from './publish.js';
import { allRoutes } from './routes/all-routes.js';
import { createScheduleClock } from './schedule-clock.js';
import { createSigningKeys } from './signing-keys.js';

const MAX_RETRIES = 5;

/**
 * Start a stand-in for QStash, which speaks its protocol to the unmodified SDK.
 *
 * Delivery is at least once: what was accepted is in the journal before the answer, and is taken
 * up again after a crash.
 *
 * @throws {Error} when the port is taken, the folder is in use, or its journal is damaged
 * @see https://upstash.com/docs/qstash/overall/getstarted
 */
export async function startQueue(options: QueueOptions): Promise<LocalQueue> {
  const plan: Plan = {
    maxRetries: options.maxRetries ?? MAX_RETRIES,
    timeScale: options.timeScale ?? 1,
    allowAnyDestination: options.allowAnyDestination ?? false,
    now: options.now ?? Date.now,
  };
  if (!(plan.timeScale > 0 && Number.isFinite(plan.timeScale))) {
    throw new RangeError(`timeScale must be above 0, got ${plan.timeScale}`);
  }
  const journal = await openJournal(options.folder ?? null);
  try {
    return await run(options, plan, journal);
  } catch (error) {
    await journal.close();
    throw error;
  }
}

async function run(options: QueueOptions, plan: Plan, journal: Journal): Promise<LocalQueue> {
  const { list: attempts, add } = createAttemptList(options.onAttempt);
  const keys = createSigningKeys({
    current: options.currentSigningKey,
    next: options.nextSigningKey,
  });
  const log = createEventLog(plan.now);
  const engine = createEngine({ plan, journal, log, keys, onAttempt: add });
  const core: Core = { plan, journal, log, engine };
  const clock = createScheduleClock(core);
  const server = createQueueServer(allRoutes(core, clock, keys), options.token);
  for (const schedule of journal.tables.schedules.values()) {
    clock.set(schedule);
  }
  const url = await listen(server, options).finally(() => server.listening || clock.close());
  resume(engine, journal.tables.messages.values());
  return {
    url,
    token: options.token,
    get currentSigningKey() {
      return keys.pair().current;
    },
    get nextSigningKey() {
      return keys.pair().next;
    },
    attempts,
    idle: engine.idle,
    fire: clock.fire,
    rotateKeys: keys.rotate,
    async close() {
      clock.close();
      await stopListening(server);
      await engine.close();
      await journal.close();
    },
  };
}
