import { type Filter, type Filterable, whole } from './filter.js';
import type { Answer, Message } from './tables.js';
import { canonicalHeaders, type View } from './views.js';

/** Steps in the life of a message. */
export type EventState =
  | 'CREATED'
  | 'ACTIVE'
  | 'DELIVERED'
  | 'ERROR'
  | 'RETRY'
  | 'FAILED'
  | 'CANCELED';

/** What is worth knowing about a step besides its state. */
export interface EventDetails {
  readonly answer?: Answer;
  /** Milliseconds; for a retry. */
  readonly nextDeliveryTime?: number;
}

/** The queue's own log, newest first. In memory: it explains, nothing depends on it. */
export interface EventLog {
  add(message: Message, state: EventState, details?: EventDetails): void;
  /** One page of what passes the filter, and where the next one starts. */
  page(filter: Filter, query: URLSearchParams): { events: readonly View[]; cursor?: string };
}

// "Only the last 10.000 logs are kept and older logs are removed automatically."
const KEPT = 10_000;
const MAX_PAGE = 1000;
const DEFAULT_PAGE = 100;

interface Event extends Filterable {
  readonly sequence: number;
  readonly state: EventState;
  readonly details: EventDetails;
}

/** Make an empty log. */
export function createEventLog(now: () => number): EventLog {
  const events: Event[] = [];
  let sequence = 0;
  return {
    add(message, state, details = {}) {
      const { body: _, ...lean } = message;
      sequence += 1;
      events.push({ sequence, at: now(), state, details, message: lean });
      if (events.length > KEPT) {
        events.shift();
      }
    },
    page(filter, query) {
      const count = Math.max(1, whole(query, 'count', MAX_PAGE) ?? DEFAULT_PAGE);
      const before = whole(query, 'cursor', Number.MAX_SAFE_INTEGER) ?? Number.MAX_SAFE_INTEGER;
      const matching = events.filter((event) => event.sequence < before && filter(event)).reverse();
      const shown = matching.slice(0, count);
      const last = shown.at(-1);
      const more = matching.length > shown.length && last !== undefined;
      return { events: shown.map(view), ...(more && { cursor: String(last.sequence) }) };
    },
  };
}

function view({ at, state, message, details }: Event): View {
  const labels = (message.options['upstash-label'] ?? '').split(',').filter((text) => text !== '');
  const { answer } = details;
  return {
    time: at,
    state,
    messageId: message.messageId,
    url: message.url,
    topicName: message.topicName,
    endpointName: message.endpointName,
    queueName: message.queueName,
    scheduleId: message.scheduleId,
    nextDeliveryTime: details.nextDeliveryTime,
    error: answer === undefined ? undefined : (answer.error ?? `answered ${answer.status}`),
    responseStatus: answer?.status,
    responseHeaders: answer === undefined ? undefined : canonicalHeaders(answer.headers),
    responseBody: answer?.body,
    label: labels[0]?.trim(),
    labels: labels.length === 0 ? undefined : labels.map((label) => label.trim()),
  };
}
