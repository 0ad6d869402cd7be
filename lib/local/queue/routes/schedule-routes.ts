import { randomBytes } from 'node:crypto';
import { checkCallbacks } from '../callback.js';
import { parseCron } from '../cron.js';
import { checkName, checkUrl, looksLikeUrl, readDestination } from '../destination.js';
import { pickOptions } from '../message-options.js';
import type { Core } from '../publish.js';
import { Refusal } from '../refusal.js';
import { type Call, DONE, param, type Reply, type Route } from '../route.js';
import type { ScheduleClock } from '../schedule-clock.js';
import { parseSettings } from '../settings.js';
import { drop, put, type Schedule } from '../tables.js';
import { scheduleView } from '../views.js';

/** Create, show, pause, resume and delete schedules. */
export function scheduleRoutes(core: Core, clock: ScheduleClock): readonly Route[] {
  const { plan, journal } = core;
  const { schedules } = journal.tables;
  const view = (schedule: Schedule) =>
    scheduleView(schedule, plan, clock.nextAt(schedule.scheduleId));
  return [
    {
      methods: ['GET'],
      pattern: /^\/v2\/schedules\/?$/,
      handle: () => ({ status: 200, body: [...schedules.values()].map(view) }),
    },
    {
      // The SDK sends PATCH, the API documents say POST.
      methods: ['PATCH', 'POST'],
      pattern: /^\/v2\/schedules\/([^/]+)\/(pause|resume)$/,
      handle: async (call) => {
        const schedule = { ...one(core, param(call, 0)), paused: param(call, 1) === 'pause' };
        await journal.commit([put('schedules', schedule.scheduleId, schedule)]);
        return DONE;
      },
    },
    {
      methods: ['POST'],
      pattern: /^\/v2\/schedules\/(.+)$/,
      toDestination: true,
      handle: (call) => create(core, clock, call),
    },
    {
      methods: ['GET'],
      pattern: /^\/v2\/schedules\/([^/]+)$/,
      handle: (call) => ({ status: 200, body: view(one(core, param(call, 0))) }),
    },
    {
      methods: ['DELETE'],
      pattern: /^\/v2\/schedules\/([^/]+)$/,
      handle: async (call) => {
        const { scheduleId } = one(core, param(call, 0));
        clock.remove(scheduleId);
        await journal.commit([drop('schedules', scheduleId)]);
        return DONE;
      },
    },
  ];
}

function one({ journal }: Core, scheduleId: string): Schedule {
  const schedule = journal.tables.schedules.get(scheduleId);
  if (schedule === undefined) {
    throw new Refusal(404, `schedule ${scheduleId} not found`);
  }
  return schedule;
}

// A known id takes over the new settings and keeps what is not among them: its age, its pause.
async function create({ plan, journal }: Core, clock: ScheduleClock, call: Call): Promise<Reply> {
  const options = pickOptions(call.headers);
  const scheduleId = checkName('schedule', options['upstash-schedule-id'] ?? newScheduleId());
  const old = journal.tables.schedules.get(scheduleId);
  const queueName = options['upstash-queue-name'];
  const schedule: Schedule = {
    scheduleId,
    cron: options['upstash-cron'] ?? '',
    destination: readDestination(param(call, 0)),
    queueName: queueName === undefined ? undefined : checkName('queue', queueName),
    options,
    body: call.body.toString('base64'),
    callerIp: call.callerIp,
    createdAt: old?.createdAt ?? plan.now(),
    paused: old?.paused ?? false,
    lastScheduleTime: old?.lastScheduleTime,
    lastStates: old?.lastStates ?? {},
  };
  if (looksLikeUrl(schedule.destination)) {
    checkUrl(schedule.destination, plan.allowAnyDestination);
  } else if (!journal.tables.groups.has(schedule.destination)) {
    throw new Refusal(404, `url group ${schedule.destination} not found`);
  }
  parseCron(schedule.cron);
  parseSettings(options, plan);
  checkCallbacks(options, plan);
  await journal.commit([put('schedules', scheduleId, schedule)]);
  clock.set(schedule);
  return { status: 200, body: { scheduleId } };
}

function newScheduleId(): string {
  return `scd_${randomBytes(14).toString('hex')}`;
}
