import { checkCallbacks } from './callback.js';
import { dedupKey, forgetOld, repeated } from './deduplication.js';
import { checkUrl, looksLikeUrl } from './destination.js';
import { draftMessage } from './draft.js';
import type { Engine } from './engine.js';
import type { EventLog } from './event-log.js';
import type { Journal } from './journal.js';
import type { MessageOptions } from './message-options.js';
import type { Plan } from './plan.js';
import { Refusal } from './refusal.js';
import { type MessageFlow, parseSettings } from './settings.js';
import { type Change, type Message, put, type Tables } from './tables.js';

/** The parts of a running queue that accept and keep messages. */
export interface Core {
  readonly plan: Plan;
  readonly journal: Journal;
  readonly log: EventLog;
  readonly engine: Engine;
}

/** One thing to be sent. */
export interface Publication {
  /** A URL, or the name of a URL group. */
  readonly destination: string;
  readonly options: MessageOptions;
  readonly body: Buffer;
  readonly callerIp: string;
  readonly queueName?: string | undefined;
  readonly scheduleId?: string | undefined;
}

/** What was made of it: one message, or one for each endpoint of a group. */
export interface Published {
  readonly messages: readonly { readonly messageId: string; readonly url: string }[];
  readonly deduplicated: boolean;
  /** Whether it went to a group, so that the answer is a list. */
  readonly group: boolean;
}

/**
 * Accept something to be sent; when the promise resolves it is in the journal.
 *
 * @param also - further changes that belong to the same commit
 * @throws {Refusal} 400 when it cannot be sent as asked, 404 when there is no such URL group
 */
export async function publish(
  core: Core,
  publication: Publication,
  also: (messages: readonly Message[]) => readonly Change[] = () => [],
): Promise<Published> {
  const { plan, journal } = core;
  const { tables } = journal;
  const targets = targetsOf(publication.destination, tables, plan);
  const settings = parseSettings(publication.options, plan);
  checkCallbacks(publication.options, plan);
  const key = dedupKey(publication);
  const nowMs = plan.now();
  const before = repeated(tables, key, nowMs);
  if (before !== null) {
    // An empty commit waits until the first publication is durable: so is this answer then.
    await journal.commit([]);
    return { messages: before.published, deduplicated: true, group: before.group };
  }
  const { destination: _, body, ...rest } = publication;
  const draft = { ...rest, body: body.toString('base64') };
  const messages = targets.map((target) => draftMessage({ ...draft, ...target }, settings, plan));
  const group = !looksLikeUrl(publication.destination);
  const published = messages.map(({ messageId, url }) => ({ messageId, url }));
  await accept(core, messages, [
    ...forgetOld(tables, nowMs),
    ...(key === null ? [] : [put('dedup', key, { at: nowMs, published, group })]),
    ...queueChanges(tables, publication.queueName, nowMs),
    ...flowChanges(tables, settings.flow),
    ...also(messages),
  ]);
  return { messages: published, deduplicated: false, group };
}

/** Put messages into the journal, together with other changes, and have them delivered. */
export async function accept(
  { journal, log, engine }: Core,
  messages: readonly Message[],
  also: readonly Change[],
): Promise<void> {
  await journal.commit([
    ...also,
    ...messages.map((message) => put('messages', message.messageId, message)),
  ]);
  for (const message of messages) {
    log.add(message, 'CREATED');
    engine.arm(message);
  }
}

type Target = Pick<Message, 'url' | 'topicName' | 'endpointName'>;

function targetsOf(destination: string, tables: Tables, plan: Plan): readonly Target[] {
  if (looksLikeUrl(destination)) {
    return [{ url: checkUrl(destination, plan.allowAnyDestination) }];
  }
  const group = tables.groups.get(destination);
  if (group === undefined) {
    throw new Refusal(404, `url group ${destination} not found`);
  }
  return group.endpoints.map(({ url, name }) => ({
    url,
    topicName: group.name,
    endpointName: name,
  }));
}

// "If [the queue] doesn't exist, it will be created automatically with default parallelism."
function queueChanges(tables: Tables, name: string | undefined, nowMs: number): readonly Change[] {
  if (name === undefined || tables.queues.has(name)) {
    return [];
  }
  const queue = { name, createdAt: nowMs, updatedAt: nowMs, parallelism: 1, paused: false };
  return [put('queues', name, queue)];
}

// A key's limits are those of its last message, except where they are pinned.
function flowChanges(tables: Tables, flow: MessageFlow | null): readonly Change[] {
  if (flow === null) {
    return [];
  }
  const { key, limits } = flow;
  const old = tables.flows.get(key);
  const { pinnedParallelism = false, pinnedRate = false, paused = false } = old ?? {};
  const { rate, periodS } = (pinnedRate ? old?.limits : limits) ?? {};
  const { parallelism } = (pinnedParallelism ? old?.limits : limits) ?? {};
  const merged = { parallelism, rate, periodS };
  const same = JSON.stringify(old?.limits) === JSON.stringify(merged);
  return same
    ? []
    : [put('flows', key, { key, limits: merged, paused, pinnedParallelism, pinnedRate })];
}
