import * as z from 'zod';
import { FlowLimits } from './flow-value.js';

const Options = z.record(z.string(), z.string());

/** A message that was accepted and is not delivered yet. */
const Message = z.object({
  messageId: z.string(),
  /** Where it goes, exactly as published. */
  url: z.string(),
  /** URL group it was published to, and the endpoint's name in it. */
  topicName: z.string().optional(),
  endpointName: z.string().optional(),
  queueName: z.string().optional(),
  scheduleId: z.string().optional(),
  /** Place in a queue that this message keeps taken; callbacks inherit their message's. */
  slot: z.object({ queue: z.string(), holder: z.string() }).optional(),
  options: Options,
  /** Base64 of the body. */
  body: z.string(),
  callerIp: z.string(),
  /** Milliseconds: accepted at; not to be delivered before, as published; next attempt at. */
  createdAt: z.number(),
  notBefore: z.number(),
  dueAt: z.number(),
  /** Retries made so far, 0 before and during the first attempt. */
  retried: z.int().min(0),
});

/** What a destination answered; `status` 0 and an `error` when it did not. */
const Answer = z.object({
  status: z.int(),
  headers: z.record(z.string(), z.array(z.string())),
  /** Base64 of the body. */
  body: z.string(),
  error: z.string().optional(),
});

const DeadLetter = z.object({
  dlqId: z.string(),
  message: Message,
  answer: Answer,
  /** Milliseconds. */
  at: z.number(),
});

const Schedule = z.object({
  scheduleId: z.string(),
  cron: z.string(),
  /** A URL or the name of a URL group. */
  destination: z.string(),
  queueName: z.string().optional(),
  options: Options,
  body: z.string(),
  callerIp: z.string(),
  createdAt: z.number(),
  paused: z.boolean(),
  lastScheduleTime: z.number().optional(),
  /** Messages of the last firing. */
  lastStates: z.record(z.string(), z.enum(['IN_PROGRESS', 'SUCCESS', 'FAIL'])),
});

const UrlGroup = z.object({
  name: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
  endpoints: z.array(z.object({ name: z.string().optional(), url: z.string() })),
});

const Queue = z.object({
  name: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
  parallelism: z.int().min(1),
  paused: z.boolean(),
});

const Flow = z.object({
  key: z.string(),
  limits: FlowLimits,
  paused: z.boolean(),
  pinnedParallelism: z.boolean(),
  pinnedRate: z.boolean(),
});

/** The answer that was given to a deduplication id, to be given again. */
const Dedup = z.object({
  at: z.number(),
  published: z.array(z.object({ messageId: z.string(), url: z.string() })),
  /** Whether the answer is a list, as for URL groups. */
  group: z.boolean(),
});

/** Everything that the queue must not forget, one schema per table. */
export const TABLES = {
  messages: Message,
  dlq: DeadLetter,
  schedules: Schedule,
  groups: UrlGroup,
  queues: Queue,
  flows: Flow,
  dedup: Dedup,
} as const;

export type Message = z.infer<typeof Message>;
export type Answer = z.infer<typeof Answer>;
export type DeadLetter = z.infer<typeof DeadLetter>;
export type Schedule = z.infer<typeof Schedule>;
export type UrlGroup = z.infer<typeof UrlGroup>;
export type Queue = z.infer<typeof Queue>;
export type Flow = z.infer<typeof Flow>;
export type Dedup = z.infer<typeof Dedup>;

/** The names of all tables, in the order in which a snapshot lists them. */
export const TABLE_NAMES = [
  'messages',
  'dlq',
  'schedules',
  'groups',
  'queues',
  'flows',
  'dedup',
] as const satisfies readonly (keyof typeof TABLES)[];

export type TableName = keyof typeof TABLES;
export type Row<T extends TableName> = z.infer<(typeof TABLES)[T]>;

/** The queue's state. Rows keep the order in which they came, also when they are replaced. */
export type Tables = { readonly [T in TableName]: ReadonlyMap<string, Row<T>> };

/** One row written, or dropped when `row` is `null`. */
export type Change<N extends TableName = TableName> = {
  [T in N]: { readonly table: T; readonly key: string; readonly row: Row<T> | null };
}[N];

/** Describe the writing of a row. */
export function put<T extends TableName>(table: T, key: string, row: Row<T>): Change<T> {
  return { table, key, row };
}

/** Describe the dropping of a row; dropping one that is not there is no error. */
export function drop<T extends TableName>(table: T, key: string): Change<T> {
  return { table, key, row: null };
}
