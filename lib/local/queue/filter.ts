import type { MessageOptions } from './message-options.js';
import { Refusal } from './refusal.js';
import type { Message } from './tables.js';

/** A message seen by a filter, with what only some places know about it. */
export interface Filterable {
  readonly message: Omit<Message, 'body'>;
  /** The instant that `fromDate` and `toDate` look at, in milliseconds. */
  readonly at: number;
  readonly responseStatus?: number;
  readonly state?: string;
}

/** Whether something passes. */
export type Filter = (candidate: Filterable) => boolean;

type Read = (candidate: Filterable) => readonly (string | undefined)[];

const FIELDS: Readonly<Record<string, Read>> = {
  messageId: ({ message }) => [message.messageId],
  messageIds: ({ message }) => [message.messageId],
  url: ({ message }) => [message.url],
  topicName: ({ message }) => [message.topicName],
  scheduleId: ({ message }) => [message.scheduleId],
  queueName: ({ message }) => [message.queueName],
  callerIp: ({ message }) => [message.callerIp],
  callerIP: ({ message }) => [message.callerIp],
  flowControlKey: ({ message }) => [message.options['upstash-flow-control-key']],
  label: ({ message }) => labelsOf(message.options),
  host: ({ message }) => [new URL(message.url).host, new URL(message.url).hostname],
  path: ({ message }) => [new URL(message.url).pathname],
  responseStatus: ({ responseStatus }) => [String(responseStatus)],
  state: ({ state }) => statesOf(state),
};

/** Filters on messages that every list knows. */
export const MESSAGE_FIELDS = [
  'url',
  'topicName',
  'scheduleId',
  'queueName',
  'callerIp',
  'callerIP',
  'flowControlKey',
  'label',
] as const;

/**
 * Read a filter from a query: values of one name by "or", names by "and".
 *
 * @param allowed - names of {@link FIELDS} that this place knows
 * @param besides - names that are no filters but may stand in the query
 * @throws {Refusal} 400 on any other name, because a filter that is ignored would match too much
 * @see https://upstash.com/docs/qstash/howto/bulk-actions
 */
export function parseFilter(
  query: URLSearchParams,
  allowed: readonly string[],
  besides: readonly string[],
): Filter {
  const names = [...new Set(query.keys())].filter((name) => !besides.includes(name));
  const tests = names.map((name) => testFor(query, name, allowed));
  return (candidate) => tests.every((test) => test(candidate));
}

function testFor(query: URLSearchParams, name: string, allowed: readonly string[]): Filter {
  if (name === 'fromDate' || name === 'toDate') {
    return dated(name, whole(query, name, Number.MAX_SAFE_INTEGER) ?? 0);
  }
  const read = allowed.includes(name) ? FIELDS[name] : undefined;
  if (read === undefined) {
    throw new Refusal(400, `unknown query parameter: ${name}`);
  }
  return oneOf(read, query.getAll(name));
}

/**
 * Read a whole number from a query.
 *
 * @param max - larger values count as this one
 * @returns `null` when the name does not occur
 * @throws {Refusal} 400 when it is no whole number of 0 or more
 */
export function whole(query: URLSearchParams, name: string, max: number): number | null {
  const text = query.get(name);
  if (text !== null && !/^\d{1,15}$/.test(text)) {
    throw new Refusal(400, `invalid ${name}: ${text} is not a whole number`);
  }
  return text === null ? null : Math.min(Number(text), max);
}

/** All values of a name, given repeatedly or in one list with commas. */
export function listOf(query: URLSearchParams, name: string): readonly string[] {
  return query.getAll(name).flatMap((value) => value.split(','));
}

function labelsOf(options: MessageOptions): readonly string[] {
  return (options['upstash-label'] ?? '').split(',').map((label) => label.trim());
}

// IN_PROGRESS gathers three states; the API documents spell the last one with two l.
function statesOf(state: string | undefined): readonly (string | undefined)[] {
  const inProgress = state === 'ACTIVE' || state === 'RETRY' || state === 'ERROR';
  return [
    state,
    inProgress ? 'IN_PROGRESS' : undefined,
    state === 'CANCELED' ? 'CANCELLED' : undefined,
  ];
}

function oneOf(read: Read, given: readonly string[]): Filter {
  // A URL may hold a comma itself, so a value also counts whole.
  const wanted = new Set(given.flatMap((value) => [value, ...value.split(',')]));
  wanted.delete('');
  return (candidate) => read(candidate).some((value) => value !== undefined && wanted.has(value));
}

function dated(name: 'fromDate' | 'toDate', boundMs: number): Filter {
  return name === 'fromDate' ? ({ at }) => at >= boundMs : ({ at }) => at <= boundMs;
}
