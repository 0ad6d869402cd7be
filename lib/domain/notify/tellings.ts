import type { Settings } from '../settings.js';
import { SECOND } from '../time.js';
import { byPressure } from './by-pressure.js';
import { callsOf } from './calls-of.js';
import { capsAny, isCapped, type Today } from './daily-cap.js';
import { groupEvent } from './group-event.js';
import { groupNotice, type OpenCounts } from './group-notice.js';
import { type NextTelling, nextTelling, type TellingEvent, type Told } from './next-telling.js';
import type { CauseNotice, GroupNotice, Notice } from './notice.js';

/** What a channel was told of many incidents at once, in a message that is not over. */
export interface ToldGroup extends Told {
  readonly beganAt: Date;
}

/** All that decides what one channel is told in one pass. */
export interface ChannelFacts {
  readonly notices: readonly Notice[];
  /** All open incidents, also those that are not among the notices. */
  readonly counts: OpenCounts;
  /** Common causes that last, or whose end is to be told. */
  readonly causes: readonly CauseNotice[];
  /** What it was told, by incident, escalation or common cause. */
  readonly told: ReadonlyMap<string, Told>;
  /** Components of which it was said lately that they are flapping, and what people were drawn to then. */
  readonly frozen: ReadonlyMap<number, readonly string[]>;
  /** Components of which nothing is told now, and until when; null where nobody knows. */
  readonly muted: ReadonlyMap<number, Date | null>;
  readonly group: ToldGroup | null;
  /** Messages that draw people's attention, of single incidents, within the last `noticeChangeS`. */
  readonly announced: number;
  /** First messages within a day. */
  readonly today: Today;
  /** Since when automatic action has stopped because too much is bad; null while it has not. */
  readonly stormSince: Date | null;
  readonly settings: Settings;
  readonly now: Date;
}

/** One message about one incident. */
export interface Telling {
  readonly notice: Notice;
  readonly event: TellingEvent;
}

/** What one channel is to be told now. */
export interface Tellings {
  /** The most pressing first. */
  readonly single: readonly Telling[];
  readonly group: { readonly notice: GroupNotice; readonly event: TellingEvent } | null;
  readonly causes: readonly { readonly notice: CauseNotice; readonly event: TellingEvent }[];
  /** When something becomes due by time alone; null when nothing will. */
  readonly nextAt: Date | null;
}

interface Considered extends Telling {
  readonly next: NextTelling;
  readonly isFirst: boolean;
}

/**
 * Decide what one channel is told in one pass. Pure.
 *
 * At most `noticeBurst` messages that draw people's attention within `noticeChangeS`. When more would be
 * due, or while a storm lasts, those that have no message yet share one, which is edited in place; of them
 * only what asks for a yes is told by itself, as far as so many are allowed. What newly needs a person beyond
 * that is shown by an edit, and announced as soon as it may be. Edits draw nobody's attention and are not
 * counted; nor are common causes, which are few and stand for many. Beyond `noticeDaily` first messages a day,
 * and `noticeDailyComponent` of one component, the rest share one, too.
 * Of a muted component only what asks for a yes, its answer, and the end are told.
 */
export function tellings(facts: ChannelFacts): Tellings {
  const considered = facts.notices.map((notice) => consider(facts, notice));
  const due = considered.filter(({ next }) => next.kind === 'tell');
  const of = (event: TellingEvent) => due.filter((one) => one.event === event && !one.isFirst);
  const firsts = due.filter(({ isFirst }) => isFirst);
  const calls = of('escalated');
  const left = Math.max(0, facts.settings.noticeBurst - facts.announced);
  const { today, settings } = facts;
  const capped = firsts.filter(({ notice }) => isCapped(today, notice, settings));
  const free = firsts.filter((one) => !capped.includes(one));
  const isGrouped = grouped(facts, free.length);
  const eligible = isGrouped ? free.filter((one) => standsAlone(facts, one)) : free;
  const pressing = [...eligible, ...calls].toSorted(byPressure);
  const announced = [...pressing, ...of('reminded')].slice(0, left);
  const shown = calls.filter((one) => !announced.includes(one));
  const edits = [
    ...of('opened'),
    ...of('changed'),
    ...of('closed'),
    ...shown.map(({ notice }) => consider(facts, notice, false)).filter(isDueEdit),
  ];
  const covered = isGrouped ? firsts.filter((one) => !announced.includes(one)) : capped;
  const causes = facts.causes.map((notice) => ({ notice, next: nextOfCause(facts, notice) }));
  return {
    single: [...edits, ...announced]
      .toSorted(byPressure)
      .map(({ notice, event }) => ({ notice, event })),
    group: groupTelling(
      facts,
      covered.map(({ notice }) => notice),
      isGrouped || lasts(facts, capped.length),
    ),
    causes: causes.flatMap(({ notice, next }) =>
      next.kind === 'tell' ? [{ notice, event: next.event }] : [],
    ),
    nextAt: earliest([...considered, ...causes].map(({ next }) => next)),
  };
}

/** What names what a notice is about. */
export const subjectOf = ({ incidentId, escalation }: Notice): string =>
  incidentId ?? escalation ?? '';

/** A reminder would draw attention just as what may not be announced now. */
const isDueEdit = ({ next, event }: Considered): boolean =>
  next.kind === 'tell' && event !== 'reminded';

function consider(facts: ChannelFacts, notice: Notice, mayCall = true): Considered {
  const { settings, now } = facts;
  const told = facts.told.get(subjectOf(notice)) ?? null;
  const isFirst = told === null || told.shape === null;
  const next: NextTelling =
    heldBack(facts, notice, told) ??
    (isFirst && told?.unsure !== true && isFrozen(facts, notice)
      ? { kind: 'wait', until: null }
      : nextTelling({ notice, told, mayCall, settings, now }));
  const event = next.kind === 'tell' ? next.event : 'changed';
  return { notice, next, event, isFirst: isFirst && event === 'opened' };
}

/** What waits because its component is muted; null where that holds nothing back. */
function heldBack(
  { muted }: ChannelFacts,
  { componentId, asks, closedAt }: Notice,
  told: Told | null,
): NextTelling | null {
  const isOpen = asks === null && (told?.asks ?? null) === null && closedAt === null;
  const until = muted.get(componentId);
  return isOpen && until !== undefined ? { kind: 'wait', until } : null;
}

function nextOfCause({ told, settings, now }: ChannelFacts, cause: CauseNotice): NextTelling {
  const notice = { ...cause, asks: null, flapping: false };
  return nextTelling({ notice, told: told.get(cause.causeId) ?? null, settings, now });
}

/** One message says that a component is flapping; what opens meanwhile is part of that, unless it is worse. */
function isFrozen({ frozen }: ChannelFacts, notice: Notice): boolean {
  const called = frozen.get(notice.componentId);
  return (
    notice.flapping && called !== undefined && callsOf(notice).every((c) => called.includes(c))
  );
}

/** What may have a message already, though nobody knows, must not get into another one, too. */
function standsAlone({ told }: ChannelFacts, { notice }: Telling): boolean {
  return notice.asks !== null || told.get(subjectOf(notice))?.unsure === true;
}

function grouped(facts: ChannelFacts, waiting: number): boolean {
  const { group, settings, now, announced, stormSince } = facts;
  if (stormSince !== null || waiting + announced > settings.noticeBurst) return true;
  // One that has just begun lasts a while, or a trickle would begin one a minute.
  return (
    group !== null && now.getTime() < group.beganAt.getTime() + settings.noticeChangeS * SECOND
  );
}

/** What is capped begins a message, and keeps it until nothing is, or each incident would begin one anew. */
const lasts = ({ group, today, settings }: ChannelFacts, capped: number): boolean =>
  capped > 0 || (group !== null && capsAny(today, settings));

function groupTelling(
  facts: ChannelFacts,
  covered: readonly Notice[],
  isGrouped: boolean,
): Tellings['group'] {
  const { group, settings, now, counts, stormSince } = facts;
  if (group === null && (!isGrouped || (covered.length === 0 && stormSince === null))) {
    return null;
  }
  const open = facts.notices.filter(({ closedAt }) => closedAt === null);
  const notice = groupNotice({ open, counts, covered, stormSince, isOver: !isGrouped });
  const event = group === null ? 'opened' : groupEvent(group, notice, settings, now);
  return event === null ? null : { notice, event };
}

function earliest(next: readonly NextTelling[]): Date | null {
  const times = next.flatMap((one) =>
    one.kind === 'wait' && one.until !== null ? [one.until.getTime()] : [],
  );
  return times.length === 0 ? null : new Date(Math.min(...times));
}
