import { callbacksOf } from './callback.js';
import type { EventState } from './event-log.js';
import type { Plan } from './plan.js';
import { retryAfterMs } from './retry-after.js';
import type { Settings } from './settings.js';
import {
  type Answer,
  type Change,
  drop,
  type Message,
  put,
  type Schedule,
  type Tables,
} from './tables.js';

/** What an attempt came to, and what has to be remembered of it. */
export interface Conclusion {
  readonly state: Extract<EventState, 'DELIVERED' | 'RETRY' | 'FAILED'>;
  readonly changes: readonly Change[];
  /** The message as it waits for its next attempt, or `null` when it is through. */
  readonly retry: Message | null;
  readonly callbacks: readonly Message[];
}

/**
 * Judge an attempt: 2xx is done, 489 with `Upstash-NonRetryable-Error: true` is never again,
 * anything else is tried again until the retries are used up.
 *
 * @param answer - what the destination said to the attempt number `message.retried`
 * @see https://upstash.com/docs/qstash/features/retry
 */
export function conclude(
  { message, settings, answer }: { message: Message; settings: Settings; answer: Answer },
  tables: Tables,
  plan: Plan,
): Conclusion {
  const state = judge(message, settings, answer);
  const dlqId = state === 'FAILED' ? freeDlqId(tables, plan.now()) : null;
  const retry = state === 'RETRY' ? nextAttempt(message, settings, answer, plan) : null;
  const callbacks = callbacksOf({ message, settings, answer, dlqId }, plan);
  const changes: readonly Change[] = [
    ...callbacks.map((callback) => put('messages', callback.messageId, callback)),
    retry === null
      ? drop('messages', message.messageId)
      : put('messages', message.messageId, retry),
    ...(dlqId === null ? [] : [put('dlq', dlqId, { dlqId, message, answer, at: plan.now() })]),
    ...(state === 'DELIVERED' ? scheduleOutcome(tables, message, 'SUCCESS') : []),
    ...(state === 'FAILED' ? scheduleOutcome(tables, message, 'FAIL') : []),
  ];
  return { state, changes, retry, callbacks };
}

function judge(message: Message, settings: Settings, answer: Answer): Conclusion['state'] {
  if (answer.status >= 200 && answer.status < 300) {
    return 'DELIVERED';
  }
  const final =
    answer.status === 489 && answer.headers['upstash-nonretryable-error']?.[0] === 'true';
  return !final && message.retried < settings.maxRetries ? 'RETRY' : 'FAILED';
}

/**
 * Note in a schedule how a message of its last firing ended.
 *
 * @returns no change for a message of an earlier firing, or of no schedule
 */
export function scheduleOutcome(
  tables: Tables,
  message: Message,
  state: Schedule['lastStates'][string],
): readonly Change[] {
  const schedule = tables.schedules.get(message.scheduleId ?? '');
  if (schedule?.lastStates[message.messageId] === undefined) {
    return [];
  }
  const lastStates = { ...schedule.lastStates, [message.messageId]: state };
  return [put('schedules', schedule.scheduleId, { ...schedule, lastStates })];
}

function nextAttempt(message: Message, settings: Settings, answer: Answer, plan: Plan): Message {
  const nowMs = plan.now();
  const delayMs = retryAfterMs(answer.headers, nowMs) ?? settings.retryDelay(message.retried);
  return {
    ...message,
    retried: message.retried + 1,
    dueAt: nowMs + Math.ceil(delayMs * plan.timeScale),
  };
}

function freeDlqId(tables: Tables, nowMs: number): string {
  let sequence = 0;
  while (tables.dlq.has(`${nowMs}-${sequence}`)) {
    sequence += 1;
  }
  return `${nowMs}-${sequence}`;
}
