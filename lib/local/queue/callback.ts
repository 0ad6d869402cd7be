import { type Draft, draftMessage } from './draft.js';
import { type MessageOptions, optionsUnder } from './message-options.js';
import type { Plan } from './plan.js';
import { queueOf } from './queue-slots.js';
import { parseSettings, type Settings } from './settings.js';
import type { Answer, Message } from './tables.js';
import { acceptedSettings, answerBody, canonicalHeaders } from './views.js';

/** An attempt that callbacks report on. */
export interface Attempted {
  readonly message: Message;
  readonly settings: Settings;
  readonly answer: Answer;
  /** The dead letter that came of it, or `null`. */
  readonly dlqId: string | null;
}

const CALLBACK = 'upstash-callback-';
const FAILURE_CALLBACK = 'upstash-failure-callback-';

/**
 * Check the options that a message has for its callbacks, before it is accepted.
 *
 * @throws {Refusal} 400
 */
export function checkCallbacks(options: MessageOptions, plan: Plan): void {
  parseSettings(optionsUnder(options, CALLBACK), plan);
  parseSettings(optionsUnder(options, FAILURE_CALLBACK), plan);
}

/**
 * Make the messages that report an attempt: to the callback after every one, to the failure
 * callback after the last one that failed.
 *
 * @see https://upstash.com/docs/qstash/features/callbacks
 */
export function callbacksOf(attempted: Attempted, plan: Plan): readonly Message[] {
  const { callback, failureCallback } = attempted.settings;
  const messages: Message[] = [];
  if (callback !== null) {
    messages.push(report(attempted, callback, CALLBACK, plan));
  }
  if (failureCallback !== null && attempted.dlqId !== null) {
    messages.push(report(attempted, failureCallback, FAILURE_CALLBACK, plan));
  }
  return messages;
}

function report(attempted: Attempted, url: string, prefix: string, plan: Plan): Message {
  const { message, settings } = attempted;
  const options: MessageOptions = {
    'content-type': 'application/json',
    'upstash-retries': String(settings.maxRetries),
    ...optionsUnder(message.options, prefix),
  };
  const queue = queueOf(message);
  const draft: Draft = {
    url,
    options,
    body: callbackBody(attempted),
    callerIp: message.callerIp,
    ...(queue !== null && { slot: { queue, holder: message.slot?.holder ?? message.messageId } }),
  };
  return draftMessage(draft, acceptedSettings({ options }, plan), plan);
}

function callbackBody({ message, settings, answer, dlqId }: Attempted): string {
  const body = {
    status: answer.status,
    header: canonicalHeaders(answer.headers),
    body: answerBody(answer).toString('base64'),
    retried: message.retried,
    maxRetries: settings.maxRetries,
    dlqId: dlqId ?? undefined,
    sourceMessageId: message.messageId,
    topicName: message.topicName,
    endpointName: message.endpointName,
    url: message.url,
    method: settings.method,
    sourceHeader: canonicalHeaders(settings.forward),
    sourceBody: message.body,
    notBefore: String(message.notBefore),
    createdAt: String(message.createdAt),
    scheduleId: message.scheduleId,
    callerIP: message.callerIp,
  };
  return Buffer.from(JSON.stringify(body)).toString('base64');
}
