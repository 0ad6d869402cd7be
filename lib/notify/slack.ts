import { attempt } from './attempt.js';
import type { Channel, Delivery, Message } from './channel.js';
import type { Posted, SlackPlace } from './slack/answers.js';
import { type Content, groupContent, incidentContent, reminderText } from './slack/blocks.js';
import { type SlackOptions, slackCalls } from './slack/calls.js';

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

/** Refusals to look, which do not pass: without `channels:history` nobody can see what was posted. */
const BLIND = ['missing_scope', 'not_in_channel', 'channel_not_found', 'not_allowed_token_type'];

/**
 * Slack as a {@link Channel}: one message for an incident, edited in place; a reminder is an answer in its
 * thread that is shown to the channel.
 *
 * Posting is not safe to repeat. Each message carries its id as metadata; where an answer was lost, the
 * channel's history is looked through for it first. That needs the scope `channels:history` (or
 * `groups:history`); without it a lost answer may mean a second message, which is better than none. An edit
 * is safe to repeat. A reminder whose answer was lost is not sent again.
 *
 * @see https://docs.slack.dev/reference/methods/chat.postMessage
 */
export function slackChannel(options: SlackOptions & { readonly link: string }): Channel {
  const calls = slackCalls(options);
  const content = ({ about }: Message): Content =>
    about.kind === 'incident'
      ? incidentContent(about.notice, options.link)
      : groupContent(about.notice, options.link);
  const edit = async (message: Message, place: SlackPlace) => {
    const edited = await calls.update(place, content(message));
    return delivered(edited, place);
  };
  const remind = async (message: Message, place: SlackPlace) => {
    if (message.again && message.unsureSince !== null) return told(place);
    return delivered(await calls.remind(place, reminderText(message.about.notice)), place);
  };
  const begin = async (message: Message): Promise<Delivery> => {
    const { id, unsureSince, event } = message;
    const found = unsureSince === null ? null : await calls.find(id, unsureSince);
    if (found !== null && 'ts' in found) return edit(message, found);
    if (found !== null && !BLIND.includes(found.error)) return refusal(found.error);
    if (event === 'closed') return { kind: 'told', place: null };
    return delivered(await calls.post(id, content(message)), null);
  };
  return {
    name: 'slack',
    tell: (message) =>
      attempt(async () => {
        const place = placeOf(message);
        if (place === null) return begin(message);
        return message.event === 'reminded' ? remind(message, place) : edit(message, place);
      }),
  };
}

function placeOf({ place }: Message): SlackPlace | null {
  const { channel, ts } = place ?? {};
  return channel === undefined || ts === undefined ? null : { channel, ts };
}

const told = (place: SlackPlace): Delivery => ({ kind: 'told', place });

/** @param place - where the message stands already; null for a new one */
function delivered(posted: Posted, place: SlackPlace | null): Delivery {
  if ('error' in posted) return refusal(posted.error);
  return told(place ?? { channel: posted.channel, ts: posted.ts });
}

function refusal(error: string): Delivery {
  const why = `Slack refused: ${error}`;
  if (GONE.includes(error)) return { kind: 'gone' };
  if (NEVER.includes(error)) return { kind: 'refused', why };
  return { kind: 'later', why, sure: !UNSURE.includes(error) };
}
