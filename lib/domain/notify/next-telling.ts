import type { Settings } from '../settings.js';
import { SECOND } from '../time.js';
import { callsOf } from './calls-of.js';
import type { Notice } from './notice.js';

/** What a message is sent for. */
export type TellingEvent = 'opened' | 'changed' | 'escalated' | 'reminded' | 'closed';

/** What one channel has been told of one incident, or of a group. */
export interface Told {
  /** Shape of the notice that was told last; null while nothing is known to have arrived. */
  readonly shape: string | null;
  /** The recovery whose approval the message asks for. */
  readonly asks: string | null;
  readonly toldAt: Date | null;
  /** When people were last drawn to it: by the first message, a reminder, or what newly needed them. */
  readonly announcedAt: Date | null;
  /** What they have been drawn to, as {@link callsOf} has it. */
  readonly called: readonly string[];
  /** When it was said that its component is flapping. */
  readonly frozenAt: Date | null;
  readonly snoozedUntil: Date | null;
  /** The shape that the channel did not take: of this, and of nothing else, `retryAt` speaks. */
  readonly refusedShape: string | null;
  /** After a failure, or a refusal: not before. */
  readonly retryAt: Date | null;
  /** Whether an attempt was begun whose end nobody knows. */
  readonly unsure: boolean;
  readonly ended: boolean;
}

/** What is to be told now, or when to look again; `until` null waits for something to happen. */
export type NextTelling =
  | { readonly kind: 'tell'; readonly event: TellingEvent; readonly urgent: boolean }
  | { readonly kind: 'wait'; readonly until: Date | null };

/** What decides when something is told: so much of what is told of an incident, or of a common cause. */
export type Tellable = Pick<
  Notice,
  'severity' | 'phase' | 'asks' | 'flapping' | 'openedAt' | 'closedAt' | 'shape'
>;

/** What {@link nextTelling} looks at. */
export interface TellingInput {
  readonly notice: Tellable;
  /** Null when nothing was told, and nothing tried. */
  readonly told: Told | null;
  /** Whether people may be drawn to a message that they have; true unless it was too often lately. */
  readonly mayCall?: boolean;
  readonly settings: Settings;
  readonly now: Date;
}

const NEVER: NextTelling = { kind: 'wait', until: null };

const after = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * SECOND);

const tell = (event: TellingEvent, urgent = false): NextTelling => ({
  kind: 'tell',
  event,
  urgent,
});

const from = (at: Date, now: Date, event: TellingEvent): NextTelling =>
  now >= at ? tell(event) : { kind: 'wait', until: at };

/**
 * Decide whether a channel is told of an incident, or of a common cause, now.
 *
 * First after `noticeFirstS`, at once when it is critical or a yes is asked for; never when it is over by
 * then. What has changed is told at most every `noticeChangeS`; what newly needs a person, and the end, at
 * once. While it lasts it is announced again every `noticeRepeatS`, unless somebody snoozed it. While its
 * component flaps nothing else is told after the message that says so.
 */
export function nextTelling(input: TellingInput): NextTelling {
  const { told, notice, now } = input;
  if (told === null) return first(input);
  if (told.ended) return NEVER;
  const until = heldUntil(told, notice.shape, now);
  if (until !== null) return { kind: 'wait', until };
  if (told.shape === null) return notice.closedAt === null ? first(input) : unknownEnd(told);
  return later(input, { ...told, toldAt: told.toldAt ?? now });
}

/** Until when a failure, or the refusal of just this, holds a message back; null when nothing does. */
export function heldUntil(
  { retryAt, refusedShape }: Pick<Told, 'retryAt' | 'refusedShape'>,
  shape: string,
  now: Date,
): Date | null {
  if (retryAt === null || retryAt <= now) return null;
  return refusedShape === null || refusedShape === shape ? retryAt : null;
}

function first({ notice, settings, now }: TellingInput): NextTelling {
  if (notice.closedAt !== null) return NEVER;
  if (notice.asks !== null) return tell('opened', true);
  if (notice.severity === 'critical') return tell('opened');
  return from(after(notice.openedAt, settings.noticeFirstS), now, 'opened');
}

/** What may have been told must not be left standing; what was not told needs no end. */
const unknownEnd = ({ unsure }: Told): NextTelling => (unsure ? tell('closed') : NEVER);

function later(
  { notice, settings, now, mayCall = true }: TellingInput,
  told: Told & { readonly toldAt: Date },
): NextTelling {
  const { asks, closedAt, flapping, shape } = notice;
  const changed = from(after(told.toldAt, settings.noticeChangeS), now, 'changed');
  if (closedAt !== null) return flapping ? calm(told, changed) : tell('closed', true);
  if (mayCall && isCalling(notice, told)) return tell('escalated', true);
  if ((asks?.recoveryId ?? null) !== told.asks) return tell('changed', true);
  if (flapping && told.frozenAt !== null) return from(repeatAt(told, settings), now, 'reminded');
  if (shape !== told.shape) return changed;
  return from(repeatAt(told, settings), now, 'reminded');
}

/** While its component flaps an end is none: it is told once it stays calm. */
const calm = ({ frozenAt }: Told, changed: NextTelling): NextTelling =>
  frozenAt === null ? changed : { kind: 'wait', until: null };

/** Whether something newly needs a person. */
const isCalling = (notice: Tellable, { called }: Told): boolean =>
  callsOf(notice).some((one) => !called.includes(one));

function repeatAt({ announcedAt, toldAt, snoozedUntil }: Told & { toldAt: Date }, s: Settings) {
  const due = after(announcedAt ?? toldAt, s.noticeRepeatS);
  return snoozedUntil !== null && snoozedUntil > due ? snoozedUntil : due;
}
