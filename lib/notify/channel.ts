import type { ChannelName } from '../domain/notify/channel-name.js';
import type { TellingEvent } from '../domain/notify/next-telling.js';
import type { CauseNotice, GroupNotice, Notice } from '../domain/notify/notice.js';

/** Where a message stands outside; its channel alone knows what is in it. */
export type Place = Readonly<Record<string, string>>;

/** What a message is about: one incident, or many, by a common cause or by chance. */
export type About =
  | { readonly kind: 'incident'; readonly notice: Notice }
  | { readonly kind: 'group'; readonly notice: GroupNotice | CauseNotice };

/** Something that one channel is to be told. */
export interface Message {
  /** The same for all that is told of one incident, or of one group, on one channel. */
  readonly id: string;
  /** Counts what is told under that id; a try that is repeated keeps its number. */
  readonly seq: number;
  /** When it was tried first. */
  readonly at: Date;
  /** Whether the last try was of just this. */
  readonly again: boolean;
  readonly event: TellingEvent;
  readonly about: About;
  /** Where the message stands; null while none is known to. */
  readonly place: Place | null;
  /** When the first try began whose end nobody knows; null when all ends are known. */
  readonly unsureSince: Date | null;
  /** When people were last drawn to it; null when they never were. */
  readonly announcedAt: Date | null;
}

/** What came of a try. */
export type Delivery =
  /** It stands there now. */
  | { readonly kind: 'told'; readonly place: Place | null }
  /** A second try may help; `sure` when this one certainly had no effect. */
  | {
      readonly kind: 'later';
      readonly why: string;
      readonly sure: boolean;
      readonly retryAfterS?: number;
    }
  /** The channel does not take this: not worth another try for some hours. */
  | { readonly kind: 'refused'; readonly why: string }
  /** The message is not there any more: somebody has deleted it. */
  | { readonly kind: 'gone' };

/** One way of telling people. Throws nothing: whatever goes wrong is a {@link Delivery}. */
export interface Channel {
  readonly name: ChannelName;
  tell(message: Message): Promise<Delivery>;
}
