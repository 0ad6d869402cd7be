import type { AdminAnswers, FreezeAnswer, OpeningAnswer, WindowAnswer } from './admin-answers.js';
import { listNote } from './list-note.js';
import { counted, type Mark } from './words.js';

/** A time at which nothing is done automatically. */
export interface WhenView {
  /** On the clock of the zone that is meant. */
  readonly text: string;
  /** The same instants, ISO 8601, to be shown on the reader's own clock. */
  readonly here: readonly string[];
}

/** A maintenance window or a freeze, as one row of the table. */
export interface FreezeRow {
  readonly name: string;
  readonly state: Mark;
  /** Whether it holds back automatic action now. */
  readonly inForce: boolean;
  readonly when: readonly WhenView[];
  readonly covers: string;
  /** What is wrong with it, what else it does, why, and who made it. */
  readonly notes: readonly string[];
}

/** The table, with what is missing from it. */
export interface FreezesView {
  /** Null where nothing of it is known. */
  readonly rows: readonly FreezeRow[] | null;
  readonly notes: readonly Mark[];
}

const WRONG: Mark = { text: 'counts as open', tone: 'bad' };
const IDLE: Mark = { text: 'covers nothing', tone: 'bad' };
const CLOSED: Mark = { text: 'closed', tone: 'none' };
const OVER: Mark = { text: 'over', tone: 'none' };

function windowState({ open, next, trouble, covered }: WindowAnswer): Mark {
  if (covered === 0) return IDLE;
  if (trouble !== null) return WRONG;
  if (open !== null) return { text: 'open now', tone: 'warn' };
  return next === null ? OVER : CLOSED;
}

function openText({ until, until_local: local }: OpeningAnswer, zone: string): WhenView {
  if (until === null) return { text: 'open for good: it never closes', here: [] };
  return { text: `until ${local} in ${zone}`, here: [until] };
}

function nextText(
  { from, from_local: local, until, until_local: end }: OpeningAnswer,
  zone: string,
): WhenView {
  return until === null
    ? { text: `opens ${local} in ${zone}, for good`, here: [from] }
    : { text: `next ${local} to ${end} in ${zone}`, here: [from, until] };
}

function windowCovers({ component, group, covered }: WindowAnswer): string {
  if (component !== null) return `component ${component}`;
  const count = counted(covered, 'component');
  return group === null ? `everything: ${count}` : `group ${group}: ${count}`;
}

function windowRow(window: WindowAnswer): FreezeRow {
  const { name, zone, open, next, trouble, covered, mute, why } = window;
  return {
    name: `maintenance window ${name}`,
    state: windowState(window),
    inForce: covered > 0 && (open !== null || trouble !== null),
    when: [
      ...(open === null ? [] : [openText(open, zone)]),
      ...(next === null ? [] : [nextText(next, zone)]),
    ],
    covers: windowCovers(window),
    notes: [
      ...(trouble === null ? [] : [trouble]),
      ...(mute ? ['people are told nothing meanwhile'] : []),
      `${why} (${window.created_by})`,
    ],
  };
}

/** `2026-12-24 18:00 UTC` */
const utcText = (at: string): string => at.slice(0, 16).replace('T', ' ');

/** The list is read twice a minute at most, so that one of it may be over by now. */
function freezeState({ starts_at: from, ends_at: until }: FreezeAnswer, nowMs: number): Mark {
  if (Date.parse(until) <= nowMs) return OVER;
  return Date.parse(from) <= nowMs
    ? { text: 'in force', tone: 'warn' }
    : { text: 'to come', tone: 'none' };
}

function freezeRow(freeze: FreezeAnswer, nowMs: number): FreezeRow {
  const { component, starts_at: from, ends_at: until, why, created_by: who } = freeze;
  const state = freezeState(freeze, nowMs);
  const inForce = state.text === 'in force';
  const hasBegun = Date.parse(from) <= nowMs;
  return {
    name: 'freeze',
    state,
    inForce,
    when: [
      hasBegun
        ? { text: `until ${utcText(until)} in UTC`, here: [until] }
        : { text: `next ${utcText(from)} to ${utcText(until)} in UTC`, here: [from, until] },
    ],
    covers: component === null ? 'everything' : `component ${component}`,
    notes: [`${why} (${who})`],
  };
}

function notesOf({ windows, freezes }: Omit<AdminAnswers, 'rules'>): Mark[] {
  const alike = windows.trouble?.status === freezes.trouble?.status;
  const notes = alike
    ? [listNote('Maintenance windows and freezes', windows)]
    : [listNote('Maintenance windows', windows), listNote('Freezes', freezes)];
  return notes.filter((note) => note !== null);
}

const TONE_RANK: Readonly<Record<Mark['tone'], number>> = { bad: 0, warn: 1, good: 2, none: 3 };
const nextOf = ({ when }: FreezeRow): string => when[0]?.here[0] ?? '~';

/**
 * Make the table: what is wrong stands first, then what holds now, then what comes next.
 *
 * @param nowMs - the present instant, milliseconds since 1970
 */
export function freezesView(lists: Omit<AdminAnswers, 'rules'>, nowMs: number): FreezesView {
  const { windows, freezes } = lists;
  if (windows.items === null && freezes.items === null) {
    return { rows: null, notes: notesOf(lists) };
  }
  const rows = [
    ...(windows.items ?? []).map(windowRow),
    ...(freezes.items ?? []).map((freeze) => freezeRow(freeze, nowMs)),
  ].sort(
    (one, other) =>
      TONE_RANK[one.state.tone] - TONE_RANK[other.state.tone] ||
      (nextOf(one) < nextOf(other) ? -1 : 1),
  );
  return { rows, notes: notesOf(lists) };
}
