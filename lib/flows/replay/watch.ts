import type { Assessment } from '../../domain/assessment.js';
import { NO_MEMORY } from '../../domain/decide/memory.js';
import { premiseOf } from '../../domain/decide/premise.js';
import { NO_PROVIDER } from '../../domain/decide/provider.js';
import type { Line } from '../../domain/health/lines.js';
import { NO_PAST } from '../../domain/past/past.js';
import type { Settings } from '../../domain/settings.js';
import type { LastSeen } from '../../store/component-state.js';
import type { StoredIncident } from '../../store/incidents.js';
import { nextPast } from '../../store/kept-past.js';
import type { Watched } from '../../store/windows.js';
import { assessLines } from '../assess.js';
import type { Executors } from '../executor.js';
import { type IncidentChange, incidentChange } from '../incident-changes.js';
import { seeComponent } from '../see.js';
import type { Seen } from '../seen.js';
import { afterChange } from './after-change.js';
import { blamable } from './blamable.js';
import type { ComponentHistory } from './history.js';
import { calibrationAt, type PastCalibration } from './past-calibrations.js';
import { type PastRule, rulesAt } from './past-rules.js';
import { type RecentLines, recentLines } from './recent-lines.js';

/** A change of a component's incident, as far as it can be told from that component alone. */
export interface Happening {
  readonly change: IncidentChange;
}

/** What a decision on a component rests on. */
export interface Look {
  readonly last: LastSeen;
  readonly assessment: Assessment;
  /** Of a component with a group: what would open its incident now if none were open; null for nothing. */
  readonly opening?: Happening | null;
}

/** What one look at a component came to. */
export interface Glance extends Look {
  readonly happening: Happening | null;
  /** Whether it has an open incident now: only then anything can be decided. */
  readonly isOpen: boolean;
}

/** Looks at a component at one instant after the other; null while nobody knows of it. */
export type Watcher = (now: Date) => Glance | null;

/** What a replay runs with. */
export interface ReplayOptions {
  readonly settings: Settings;
  readonly executors: Executors;
  /** What was learned from outcomes by and by, newest first. */
  readonly calibrations: readonly PastCalibration[];
  /** Versions of healing rules that were in force at some time. */
  readonly rules: readonly PastRule[];
  /** Time between two ticks, milliseconds. */
  readonly everyMs: number;
}

/**
 * Watch one component's history as sweeps would have: each look sees nothing that came later, and what
 * earlier looks have remembered.
 *
 * What is decided on it has no part in this, as history cannot be changed: the incident opens, grows and
 * closes by what is seen alone.
 */
export function watcherOf(history: ComponentHistory, options: ReplayOptions): Watcher {
  const { settings } = options;
  const readers = history.copies.map((copy) => recentLines(copy, settings));
  let watched = firstWatched(history);
  let incident: StoredIncident | null = null;
  return (now) => {
    // What a sweep does comes after its look.
    const resetAt = history.resets.findLast(({ knownAt }) => knownAt < now)?.at ?? null;
    const lines = linesOf(readers, now, resetAt);
    if (lines === null && watched.lastSampleAt === null) return null;
    watched = { ...watched, resetAt };
    const seen = look({ watched, lines: lines ?? [], incident, history, now }, options);
    const happening = happeningOf(seen, options, now);
    // Whether one is planned anew lies with others, too: it is proposed until the world has done so.
    if (happening !== null && happening.change.kind !== 'replan') {
      incident = afterChange(incident, happening.change, history.component.name, now);
    }
    watched = nextWatched(watched, seen);
    const { last, assessment } = lookOf(seen);
    const opening =
      history.component.group === null
        ? null
        : happeningOf({ ...seen, incident: null }, options, now);
    return { last, assessment, happening, opening, isOpen: incident !== null };
  };
}

/**
 * The lines of all copies, since when all of them are whole, as a window is read; null where none of them has
 * a row in it.
 */
function linesOf(
  readers: readonly RecentLines[],
  now: Date,
  resetAt: Date | null,
): readonly Line[] | null {
  const recent = readers.map((read) => read(now, resetAt));
  if (recent.every(({ count }) => count === 0)) return null;
  const since = Math.max(...recent.map(({ wholeSince }) => wholeSince));
  const [only] = recent;
  // Most have one copy, whose lines need not be put together.
  if (only !== undefined && recent.length === 1) return only.lines(since);
  return recent.flatMap(({ lines }) => lines(since));
}

/** A component that nobody has looked at yet. */
export function firstWatched({
  component,
  agentPresent,
  firstSampleAt,
}: ComponentHistory): Watched {
  return {
    component,
    agentPresent,
    // What a platform was told to run then is not recorded.
    instances: null,
    samples: [],
    memory: NO_MEMORY,
    past: NO_PAST,
    firstSampleAt,
    lastSampleAt: null,
    checkedHour: null,
    resetAt: null,
    lastScore: null,
    lastLevel: null,
    lastState: null,
  };
}

/** What a sweep keeps of a look, as the next one reads it. */
function nextWatched(watched: Watched, { memory, window, past }: Seen): Watched {
  return {
    ...watched,
    memory,
    past: nextPast(watched.past, past),
    firstSampleAt: window.firstAt,
    lastSampleAt: window.lastAt,
  };
}

interface Looking {
  readonly watched: Watched;
  readonly lines: readonly Line[];
  readonly incident: StoredIncident | null;
  readonly history: ComponentHistory;
  readonly now: Date;
}

function look(
  { watched, lines, incident, history, now }: Looking,
  { settings, calibrations }: ReplayOptions,
): Seen {
  const calibration = calibrationAt(calibrations, now);
  const assessed = assessLines(watched, lines, { settings, now, calibration });
  return seeComponent(watched, assessed, {
    probed: null,
    incident,
    deployment: blamable(history.deployments, settings, now),
    alerts: [],
    upstreamBad: null,
    provider: NO_PROVIDER,
    settings,
    now,
  });
}

function happeningOf(seen: Seen, options: ReplayOptions, now: Date): Happening | null {
  const { executors, settings } = options;
  const rules = rulesAt(options.rules, now);
  const change = incidentChange(executors, { ...seen, rules }, settings, now);
  return change === null ? null : { change };
}

function lookOf({ watched, memory, evidence, assessment, window }: Seen): Look {
  return {
    assessment,
    last: {
      componentId: watched.component.id,
      memory,
      evidence,
      premise: premiseOf(assessment),
      lastSampleAt: window.lastAt,
      timeToFailureS: assessment.prediction.timeToFailureS,
    },
  };
}
