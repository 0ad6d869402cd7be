import { isUtf8 } from 'node:buffer';
import { SECOND } from '../../domain/time.js';
import type { Plan } from './plan.js';
import { redactionOf } from './redact.js';
import { parseSettings, type Settings } from './settings.js';
import type { Answer, DeadLetter, Message, Schedule } from './tables.js';

/** A JSON object in the service's own words; members that are `undefined` are not sent. */
export type View = Readonly<Record<string, unknown>>;

/**
 * Read the settings of something that was accepted earlier.
 *
 * It is not judged again: the rule about destinations may have been another one then.
 */
export function acceptedSettings(
  accepted: { readonly options: Readonly<Record<string, string>> },
  plan: Plan,
): Settings {
  return parseSettings(accepted.options, { ...plan, allowAnyDestination: true });
}

/** Show a message as `GET /v2/messages/{id}` does. */
export function messageView(message: Message, plan: Plan): View {
  const settings = acceptedSettings(message, plan);
  return {
    messageId: message.messageId,
    url: message.url,
    topicName: message.topicName,
    endpointName: message.endpointName,
    queueName: message.queueName,
    scheduleId: message.scheduleId,
    notBefore: message.notBefore,
    createdAt: message.createdAt,
    callerIP: message.callerIp,
    callerIp: message.callerIp,
    maxRetries: settings.maxRetries,
    ...requestView(message, settings),
  };
}

/** Show a dead letter as `GET /v2/dlq` does. */
export function deadLetterView(letter: DeadLetter, plan: Plan): View {
  const { answer } = letter;
  return {
    ...messageView(letter.message, plan),
    dlqId: letter.dlqId,
    responseStatus: answer.status === 0 ? undefined : answer.status,
    responseHeader: canonicalHeaders(answer.headers),
    ...textOrBase64('responseBody', answerBody(answer)),
  };
}

/**
 * Show a schedule as `GET /v2/schedules/{id}` does.
 *
 * @param nextAt - the next firing in milliseconds, or `null` when there is none
 */
export function scheduleView(schedule: Schedule, plan: Plan, nextAt: number | null): View {
  const settings = acceptedSettings(schedule, plan);
  return {
    scheduleId: schedule.scheduleId,
    cron: schedule.cron,
    createdAt: schedule.createdAt,
    destination: schedule.destination,
    queueName: schedule.queueName,
    callerIP: schedule.callerIp,
    callerIp: schedule.callerIp,
    isPaused: schedule.paused,
    retries: settings.maxRetries,
    delay: settings.delayMs === 0 ? undefined : settings.delayMs / SECOND,
    lastScheduleTime: schedule.lastScheduleTime,
    nextScheduleTime: nextAt ?? undefined,
    lastScheduleStates: schedule.lastStates,
    ...requestView(schedule, settings),
  };
}

/** Write header names as the service does: `Content-Type`. */
export function canonicalHeaders(
  headers: Readonly<Record<string, string | readonly string[]>>,
): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()),
      typeof value === 'string' ? [value] : value,
    ]),
  );
}

/** The failure that stands in for a body when there was no answer, else the body itself. */
export function answerBody(answer: Answer): Buffer {
  return answer.error === undefined
    ? Buffer.from(answer.body, 'base64')
    : Buffer.from(answer.error);
}

function requestView(accepted: Pick<Message, 'options' | 'body'>, settings: Settings): View {
  const redaction = redactionOf(accepted.options);
  const shown = Object.entries(settings.forward).map(([name, value]) => [
    name,
    redaction.header(name, value),
  ]);
  return {
    method: settings.method,
    header: canonicalHeaders(Object.fromEntries(shown)),
    ...textOrBase64('body', redaction.body(Buffer.from(accepted.body, 'base64'))),
    retryDelayExpression: settings.retryDelayExpression ?? undefined,
    callback: settings.callback ?? undefined,
    failureCallback: settings.failureCallback ?? undefined,
    flowControlKey: settings.flow?.key,
    parallelism: settings.flow?.limits.parallelism,
    rate: settings.flow?.limits.rate,
    period: settings.flow?.limits.periodS,
    label: settings.labels[0],
    labels: settings.labels.length === 0 ? undefined : settings.labels,
  };
}

function textOrBase64(name: string, bytes: Buffer): View {
  if (bytes.length === 0) {
    return {};
  }
  return isUtf8(bytes)
    ? { [name]: bytes.toString('utf8') }
    : { [`${name}Base64`]: bytes.toString('base64') };
}
