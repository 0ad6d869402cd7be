import { type CronTimes, parseCron } from './cron.js';
import { withoutSchedule } from './message-options.js';
import { LONGEST_TIMER_MS } from './plan.js';
import { type Core, type Published, publish } from './publish.js';
import { Refusal } from './refusal.js';
import { put, type Schedule } from './tables.js';

/** Fires schedules at their times. */
export interface ScheduleClock {
  /** Begin to fire a schedule, or go over to its new times. */
  set(schedule: Schedule): void;
  remove(scheduleId: string): void;
  /** The next firing in milliseconds, `null` when there is none. */
  nextAt(scheduleId: string): number | null;
  /**
   * Fire a schedule now, also when it is paused: whoever asks means it.
   *
   * @throws {Refusal} 404 when there is none with this id
   */
  fire(scheduleId: string): Promise<Published>;
  close(): void;
}

interface Ticking {
  readonly times: CronTimes;
  nextAt: number | null;
  timer: NodeJS.Timeout | undefined;
}

/** Make a clock with no schedules. Firings that fall into a time without a clock are left out. */
export function createScheduleClock(core: Core): ScheduleClock {
  const ticking = new Map<string, Ticking>();

  function remove(scheduleId: string): void {
    clearTimeout(ticking.get(scheduleId)?.timer);
    ticking.delete(scheduleId);
  }

  return {
    remove,
    set({ scheduleId, cron }) {
      remove(scheduleId);
      const tick: Ticking = { times: parseCron(cron), nextAt: null, timer: undefined };
      ticking.set(scheduleId, tick);
      const begin = () => {
        // Counted from the firing itself: a timer may ring a moment early, and would ring twice.
        tick.nextAt = tick.times.next(Math.max(core.plan.now(), tick.nextAt ?? 0));
        wait(core, tick, () => {
          trigger(core, scheduleId);
          begin();
        });
      };
      begin();
    },
    nextAt: (scheduleId) => ticking.get(scheduleId)?.nextAt ?? null,
    fire: async (scheduleId) => fire(core, scheduleId),
    close() {
      for (const scheduleId of [...ticking.keys()]) {
        remove(scheduleId);
      }
    },
  };
}

function wait(core: Core, tick: Ticking, ring: () => void): void {
  if (tick.nextAt === null) {
    return;
  }
  const waitMs = Math.max(0, tick.nextAt - core.plan.now());
  const again = waitMs > LONGEST_TIMER_MS;
  tick.timer = setTimeout(
    () => (again ? wait(core, tick, ring) : ring()),
    Math.min(waitMs, LONGEST_TIMER_MS),
  );
}

// "When a schedule is paused, the cron trigger will simply be ignored."
function trigger(core: Core, scheduleId: string): void {
  if (core.journal.tables.schedules.get(scheduleId)?.paused === false) {
    fire(core, scheduleId).catch((error: unknown) => {
      console.error(`local queue: schedule ${scheduleId} could not fire:`, error);
    });
  }
}

async function fire(core: Core, scheduleId: string): Promise<Published> {
  const schedule = core.journal.tables.schedules.get(scheduleId);
  if (schedule === undefined) {
    throw new Refusal(404, `schedule ${scheduleId} not found`);
  }
  const publication = {
    destination: schedule.destination,
    options: withoutSchedule(schedule.options),
    body: Buffer.from(schedule.body, 'base64'),
    callerIp: schedule.callerIp,
    queueName: schedule.queueName,
    scheduleId,
  };
  return publish(core, publication, (messages) => [
    put('schedules', scheduleId, {
      ...schedule,
      lastScheduleTime: core.plan.now(),
      lastStates: Object.fromEntries(
        messages.map(({ messageId }) => [messageId, 'IN_PROGRESS' as const]),
      ),
    }),
  ]);
}
