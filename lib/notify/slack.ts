import { AppError } from '../errors.js';
import { attempt } from './attempt.js';
import type { Channel, Delivery, Message } from './channel.js';
import type { Posted, SlackPlace } from './slack/answers.js';
import {
  type Content,
  callText,
  groupContent,
  incidentContent,
  reminderText,
} from './slack/blocks.js';
import { type SlackCalls, type SlackOptions, slackCalls } from './slack/calls.js';

/** Refusals by which the message itself is not there any more. */
const GONE = ['message_not_found', 'cant_update_message', 'thread_not_found', 'edit_window_closed'];

/** Refusals of what is in the message: it would be refused again. */
const NEVER = [
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_too_long',
  'msg_blocks_too_long',
  'no_text',
  'invalid_metadata_format',
  'metadata_too_large',
];

/** Refusals after which the message may have been posted all the same, as Slack's documents say. */
const UNSURE = ['fatal_error', 'internal_error', 'service_unavailable', 'request_timeout'];

/**
 * Refusals to look that pass, or that posting would meet, too. After any other, as where the scope
 * `channels:history` is missing, nobody can see what was posted, however long one waits.
 */
const WAITS = [
  ...UNSURE,
  'ratelimited',
  'not_authed',
  'invalid_auth',
  'token_expired',
  'token_revoked',
  'account_inactive',
];

/**
 * Slack as a {@link Channel}: one message for an incident, edited in place; a reminder, and what newly needs
 * a person, is an answer in its thread that is shown to the channel.
 *
 * Posting is not safe to repeat. Each message carries its id as metadata; where an answer was lost, the
 * channel's history is looked through for it first. That needs the scope `channels:history` (or
 * `groups:history`); without it a lost answer may mean a second message, which is better than none. An edit
 * is safe to repeat. A reminder whose answer was lost is not sent again; what newly needs a person is looked
 * for as a first message is.
 *
 * @see https://docs.slack.dev/reference/methods/chat.postMessage
 */
export function slackChannel(options: SlackOptions & { readonly link: string }): Channel {
  const open = slackCalls(options);
  const content = ({ about }: Message): Content =>
    about.kind === 'incident'
      ? incidentContent(about.notice, options.link)
      : groupContent(about.notice, options.link);
  return {
    name: 'slack',
    tell: (message) => attempt(() => begin({ calls: open(), message, content: content(message) })),
  };
}

/** One try of one message. */
interface Try {
  readonly calls: SlackCalls;
  readonly message: Message;
  readonly content: Content;
}

function begin(one: Try): Promise<Delivery> {
  const { event, place } = one.message;
  const { channel, ts } = place ?? {};
  if (channel === undefined || ts === undefined) return post(one);
  if (event === 'escalated') return escalate(one, { channel, ts });
  return event === 'reminded' ? remind(one, { channel, ts }) : edit(one, { channel, ts });
}

async function post(one: Try): Promise<Delivery> {
  const { calls, content, message } = one;
  const { id, unsureSince, event } = message;
  const found = await look(calls, id, unsureSince);
  if (found !== null) return 'ts' in found ? edit(one, found) : refusal(found.error);
  if (event === 'closed') return { kind: 'told', place: null };
  return delivered(await calls.post(id, content), null);
}

async function edit({ calls, content }: Try, place: SlackPlace): Promise<Delivery> {
  return delivered(await calls.update(place, content), place);
}

async function remind({ calls, message }: Try, place: SlackPlace): Promise<Delivery> {
  const { again, unsureSince, about } = message;
  if (again && unsureSince !== null) return { kind: 'told', place };
  return delivered(await calls.answer(place, reminderText(about.notice)), place);
}

async function escalate(one: Try, place: SlackPlace): Promise<Delivery> {
  const edited = await edit(one, place);
  if (edited.kind !== 'told') return edited;
  const { calls, message } = one;
  const { about, again, unsureSince, seq } = message;
  const id = `${message.id}:${seq}`;
  const found = await look(calls, id, again ? unsureSince : null);
  return delivered(found ?? (await calls.answer(place, callText(about.notice), id)), place);
}

/**
 * Look for what a try may have posted whose end nobody knows: its place, or a refusal after which to wait.
 *
 * @param since - when that try began; null where there was none
 * @returns null where there is none, or where nobody can see
 */
async function look(calls: SlackCalls, id: string, since: Date | null): Promise<Posted | null> {
  if (since === null) return null;
  try {
    const found = await calls.find(id, since);
    return found !== null && 'error' in found && !WAITS.includes(found.error) ? null : found;
  } catch (error) {
    if (error instanceof AppError && error.code === 'upstream_refused') return null;
    throw error;
  }
}

/** @param place - where the message stands already; null for a new one */
function delivered(posted: Posted, place: SlackPlace | null): Delivery {
  if ('error' in posted) return refusal(posted.error);
  return { kind: 'told', place: place ?? { channel: posted.channel, ts: posted.ts } };
}

function refusal(error: string): Delivery {
  const why = `Slack refused: ${error}`;
  if (GONE.includes(error)) return { kind: 'gone' };
  if (NEVER.includes(error)) return { kind: 'refused', why };
  return { kind: 'later', why, sure: !UNSURE.includes(error) };
}
