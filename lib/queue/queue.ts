import type { Client } from '@upstash/qstash';
import * as z from 'zod';
import { AppError } from '../errors.js';

/** One message to one of our own functions. */
export interface Outgoing {
  /** Path of the function, e.g. `/api/recover`. */
  readonly path: string;
  readonly body: object;
  /** Redeliveries after the first attempt; their delays are 1, 2, 4, 8, 16 s. */
  readonly retries: number;
  readonly delayS?: number;
  /** A second message of the same id within ten minutes is dropped by the queue. */
  readonly dedupId?: string;
  readonly label: string;
  /** Path of the function that is told when the message has been given up. */
  readonly onFailure?: string;
}

/** A message that the queue has given up. */
export interface DeadLetter {
  readonly dlqId: string;
  readonly messageId: string;
  readonly body: string;
}

/** A pass that the queue starts by itself. */
export interface Schedule {
  readonly id: string;
  readonly path: string;
  readonly cron: string;
  readonly body: object;
}

/** The clock and the retries of the installation. */
export interface Queue {
  /**
   * Hand messages over, all in one call.
   *
   * @throws {AppError} `upstream_unavailable` when the queue took none, or not all of them; those that it
   * took it recognises by their `dedupId` when they are handed over again
   */
  publish(messages: readonly Outgoing[]): Promise<void>;
  /** Messages of a label that were given up, at most 100. */
  deadLetters(label: string): Promise<DeadLetter[]>;
  /** Send messages that were given up again. */
  revive(dlqIds: readonly string[]): Promise<void>;
  /** Create or replace schedules. */
  putSchedules(schedules: readonly Schedule[]): Promise<void>;
  /** Ask whether the queue answers at all. */
  ping(): Promise<void>;
}

/** Where the queue is, and where our functions are. */
export interface QueueConfig {
  readonly qstashUrl: string;
  readonly token: string;
  /** The one base under which our functions are reached; messages go nowhere else. */
  readonly baseUrl: string;
}

/** How long one call to the queue may take. */
const CALL_MS = 8000;

/** 1, 2, 4, 8, 16 s: the reference document's waits, as the queue's retry expression (milliseconds). */
const RETRY_DELAY = 'pow(2, retried) * 1000';

async function bounded<T>(what: string, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), CALL_MS);
  });
  try {
    return await Promise.race([work(), late]);
  } catch (cause) {
    throw new AppError('upstream_unavailable', `the queue did not ${what}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

const Taken = z.object({ messageId: z.string().min(1) });

/** A batch is answered with 200 also where single messages were refused: each answer must name its message. */
function requireAll(answers: unknown, wanted: number): void {
  const all = Array.isArray(answers) ? answers.flat() : [];
  const taken = all.filter((answer) => Taken.safeParse(answer).success).length;
  if (taken >= wanted) return;
  throw new AppError('upstream_unavailable', `the queue took ${taken} of ${wanted} messages`);
}

function request(config: QueueConfig, message: Outgoing) {
  return {
    url: config.baseUrl + message.path,
    body: message.body,
    retries: message.retries,
    retryDelay: RETRY_DELAY,
    label: message.label,
    ...(message.delayS !== undefined && message.delayS > 0
      ? { delay: Math.ceil(message.delayS) }
      : {}),
    ...(message.dedupId === undefined ? {} : { deduplicationId: message.dedupId }),
    ...(message.onFailure === undefined
      ? {}
      : { failureCallback: config.baseUrl + message.onFailure }),
  };
}

/**
 * QStash as a {@link Queue}. The client is loaded on first use, as not every request needs it; its own
 * retries are off, so that attempts do not multiply.
 *
 * @see https://upstash.com/docs/qstash/features/retry
 */
export function qstashQueue(config: QueueConfig): Queue {
  let loaded: Promise<Client> | undefined;
  const client = () => {
    loaded ??= import('@upstash/qstash').then(
      (sdk) => new sdk.Client({ baseUrl: config.qstashUrl, token: config.token, retry: false }),
    );
    return loaded;
  };
  return {
    async publish(messages) {
      if (messages.length === 0) return;
      const answers = await bounded('take the messages', async () =>
        (await client()).batchJSON(messages.map((message) => request(config, message))),
      );
      requireAll(answers, messages.length);
    },
    async deadLetters(label) {
      const found = await bounded('list its dead letters', async () =>
        (await client()).dlq.listMessages({ filter: { label }, count: 100 }),
      );
      return found.messages.map(({ dlqId, messageId, body }) => ({
        dlqId,
        messageId,
        body: body ?? '',
      }));
    },
    async revive(dlqIds) {
      if (dlqIds.length === 0) return;
      await bounded('revive dead letters', async () =>
        (await client()).dlq.retry({ dlqIds: [...dlqIds] }),
      );
    },
    async putSchedules(schedules) {
      for (const { id, path, cron, body } of schedules) {
        await bounded('take a schedule', async () =>
          (await client()).schedules.create({
            scheduleId: id,
            destination: config.baseUrl + path,
            cron,
            body: JSON.stringify(body),
            headers: { 'content-type': 'application/json' },
            retries: 0,
          }),
        );
      }
    },
    async ping() {
      await bounded('answer', async () => (await client()).schedules.list());
    },
  };
}
