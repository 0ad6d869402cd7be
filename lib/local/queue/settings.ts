import { MINUTE, SECOND } from '../../domain/time.js';
import { checkUrl } from './destination.js';
import { durationMs } from './duration.js';
import { type FlowLimits, parseFlowValue } from './flow-value.js';
import type { MessageOptions } from './message-options.js';
import { DEFAULT_RETRIES, type Plan } from './plan.js';
import { Refusal } from './refusal.js';
import { defaultRetryDelayMs, parseRetryDelay, type RetryDelay } from './retry-delay.js';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Longest wait for an answer where the message sets none: that of QStash's free plan. */
const DEFAULT_TIMEOUT_MS = 15 * MINUTE;

// They belong to the connection or are made anew, so they cannot be forwarded.
const HOP_BY_HOP =
  /^(connection|content-length|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade)$/;

/** A flow control key with the limits that came with a message. */
export interface MessageFlow {
  readonly key: string;
  readonly limits: FlowLimits;
}

/** How one message is to be delivered, read from its options. */
export interface Settings {
  readonly method: string;
  /** Headers for the destination, names in lower case, content type included. */
  readonly forward: Readonly<Record<string, string>>;
  /** Retries after the first attempt, 0 up to the plan's most. */
  readonly maxRetries: number;
  readonly retryDelay: RetryDelay;
  /** The expression behind {@link Settings.retryDelay}, or `null` for the default backoff. */
  readonly retryDelayExpression: string | null;
  /** Longest wait for an answer, in milliseconds; real time, never scaled. */
  readonly timeoutMs: number;
  /** Wait before the first attempt, in milliseconds, unscaled. */
  readonly delayMs: number;
  /** Instant of the first attempt in milliseconds, which overrides the delay, or `null`. */
  readonly notBeforeMs: number | null;
  readonly callback: string | null;
  readonly failureCallback: string | null;
  readonly flow: MessageFlow | null;
  readonly labels: readonly string[];
}

/**
 * Read a message's settings from its options.
 *
 * @throws {Refusal} 400 naming the header that cannot be read
 * @see https://upstash.com/docs/qstash/api-reference/messages/publish-a-message
 */
export function parseSettings(options: MessageOptions, plan: Plan): Settings {
  const expression = options['upstash-retry-delay'] ?? null;
  return {
    method: method(options['upstash-method'] ?? 'POST'),
    forward: forwarded(options),
    maxRetries: Math.min(count(options, 'upstash-retries') ?? DEFAULT_RETRIES, plan.maxRetries),
    retryDelay:
      expression === null
        ? defaultRetryDelayMs
        : checked('upstash-retry-delay', () => parseRetryDelay(expression)),
    retryDelayExpression: expression,
    timeoutMs: duration(options, 'upstash-timeout') ?? DEFAULT_TIMEOUT_MS,
    delayMs: duration(options, 'upstash-delay') ?? 0,
    notBeforeMs: instant(options, 'upstash-not-before'),
    callback: url(options, 'upstash-callback', plan),
    failureCallback: url(options, 'upstash-failure-callback', plan),
    flow: flow(options),
    labels: (options['upstash-label'] ?? '')
      .split(',')
      .map((label) => label.trim())
      .filter((label) => label !== ''),
  };
}

function method(text: string): string {
  if (!METHODS.includes(text.toUpperCase())) {
    throw new Refusal(400, `invalid Upstash-Method: ${text}`);
  }
  return text.toUpperCase();
}

function forwarded(options: MessageOptions): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  const contentType = options['content-type'];
  if (contentType !== undefined) {
    headers['content-type'] = contentType;
  }
  for (const [name, value] of Object.entries(options)) {
    const plain = name.startsWith('upstash-forward-') ? name.slice('upstash-forward-'.length) : '';
    if (plain !== '' && !HOP_BY_HOP.test(plain)) {
      headers[plain] = value;
    }
  }
  return headers;
}

function count(options: MessageOptions, name: string): number | null {
  const text = options[name];
  if (text !== undefined && !/^\d{1,9}$/.test(text)) {
    throw new Refusal(400, `invalid ${name}: ${text} is not a whole number of 0 or more`);
  }
  return text === undefined ? null : Number(text);
}

function instant(options: MessageOptions, name: string): number | null {
  const text = options[name];
  if (text !== undefined && !/^\d{1,11}$/.test(text)) {
    throw new Refusal(400, `invalid ${name}: ${text} is not a unix time in seconds`);
  }
  return text === undefined ? null : Number(text) * SECOND;
}

function duration(options: MessageOptions, name: string): number | null {
  const text = options[name];
  const valueMs = text === undefined ? null : durationMs(text);
  if (text !== undefined && valueMs === null) {
    throw new Refusal(400, `invalid ${name}: ${text} is not a duration such as 10s or 1d10h30m`);
  }
  return valueMs;
}

function url(options: MessageOptions, name: string, plan: Plan): string | null {
  const text = options[name];
  return text === undefined ? null : checkUrl(text, plan.allowAnyDestination);
}

function flow(options: MessageOptions): MessageFlow | null {
  const key = options['upstash-flow-control-key'];
  const value = options['upstash-flow-control-value'];
  if (key === undefined && value === undefined) {
    return null;
  }
  if (key === undefined || key === '' || value === undefined) {
    throw new Refusal(400, 'flow control needs both Upstash-Flow-Control-Key and -Value');
  }
  return { key, limits: checked('upstash-flow-control-value', () => parseFlowValue(value)) };
}

function checked<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal(400, `invalid ${name}: ${why}`, { cause });
  }
}
