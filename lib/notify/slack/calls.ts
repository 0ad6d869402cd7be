import { request } from '../../platforms/request.js';
import { openVendor, type Vendor, type VendorOptions } from '../../platforms/vendor.js';
import { History, Placed, type Posted, type SlackPlace } from './answers.js';
import type { Content } from './blocks.js';

/** Where and as whom messages are posted. */
export interface SlackOptions extends Omit<VendorOptions, 'credential'> {
  readonly token: string;
  /** The id of a channel: names cannot be looked into. */
  readonly channel: string;
}

/** The calls of Slack's Web API that messages need. */
export interface SlackCalls {
  /** Post a message that can be found again by `id`. */
  post(id: string, content: Content): Promise<Posted>;
  update(place: SlackPlace, content: Content): Promise<Posted>;
  /** Answer in the thread of a message, shown to the whole channel; with an `id` it can be found again. */
  answer(place: SlackPlace, text: string, id?: string): Promise<Posted>;
  /** Find a message of ours that was posted since; null when there is none. */
  find(id: string, since: Date): Promise<Posted | null>;
}

const CREDENTIAL = 'SLACK_BOT_TOKEN';
const METADATA = 'forestall_notice';

/** Calls, each of the vendor's full time, after which a try ends: a look, an edit, and an answer. */
const CALLS = 3;

/** Pages of a channel's history that are looked through for one message. */
const PAGES = 5;

/** Slack's clock and ours may differ by so many seconds. */
const SKEW_S = 60;

/** Names are no links and mentions, and links are not fetched. */
const QUIET = { unfurl_links: false, unfurl_media: false, parse: 'none' } as const;

const metadataOf = (id: string) => ({ event_type: METADATA, event_payload: { id } });

/** One try: calls that share a deadline. */
export type OpenTry = () => SlackCalls;

/**
 * Make {@link SlackCalls}, anew for each try, which takes as long as three calls may, however many it makes.
 * Limits are counted per method, so an edit may go on when posts have to wait.
 */
export function slackCalls({ token, channel, ...options }: SlackOptions): OpenTry {
  const vendor = openVendor('Slack', { ...options, credential: () => token }, { limitPer: 'path' });
  const timeMs = CALLS * vendor.timeoutMs;
  return () => callsOf({ ...vendor, signal: AbortSignal.timeout(timeMs) }, channel);
}

function callsOf(vendor: Vendor, channel: string): SlackCalls {
  const call = async (path: string, body: object): Promise<Posted> => {
    const sent = { method: 'POST', path, body, credential: CREDENTIAL } as const;
    return (await request(vendor, sent, Placed)).data;
  };
  return {
    post: (id, content) => {
      const metadata = metadataOf(id);
      return call('/chat.postMessage', { channel, ...content, ...QUIET, metadata });
    },
    update: (place, content) => call('/chat.update', { ...place, ...content, parse: QUIET.parse }),
    answer: ({ channel: where, ts }, text, id) => {
      const thread = { channel: where, thread_ts: ts, reply_broadcast: true };
      const known = id === undefined ? {} : { metadata: metadataOf(id) };
      return call('/chat.postMessage', { ...thread, text, ...QUIET, ...known });
    },
    find: (id, since) => find({ vendor, channel }, id, since),
  };
}

/** Where messages are looked for. */
interface Searched {
  readonly vendor: Vendor;
  readonly channel: string;
}

async function find(
  { vendor, channel }: Searched,
  id: string,
  since: Date,
): Promise<Posted | null> {
  const oldest = String(since.getTime() / 1000 - SKEW_S);
  let cursor = '';
  for (let page = 0; page < PAGES; page += 1) {
    const next: Record<string, string> = cursor === '' ? {} : { cursor };
    const query = { channel, oldest, limit: '200', include_all_metadata: 'true', ...next };
    const path = '/conversations.history';
    const asked = { method: 'GET', path, query, credential: CREDENTIAL } as const;
    const { data } = await request(vendor, asked, History);
    if (!data.ok) return { error: data.error };
    const found = data.messages.find(({ metadata }) => {
      return metadata?.event_type === METADATA && metadata.event_payload['id'] === id;
    });
    if (found !== undefined) return { channel, ts: found.ts };
    cursor = data.response_metadata?.next_cursor ?? '';
    if (cursor === '') return null;
  }
  return null;
}
