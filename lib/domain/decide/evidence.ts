import type { Assessment } from '../assessment.js';
import { freshness } from '../health/freshness.js';
import type { Limits } from '../metrics.js';
import { DEFAULT_SETTINGS, type Settings } from '../settings.js';
import type { Series, Window } from '../window.js';
import type { EvidenceFacts } from './facts.js';
import type { Memory } from './memory.js';

/** Requests are counted over as many intervals of the component as its samples are. */
const EVIDENCE_INTERVALS = 10;

/** What {@link evidenceFacts} looks at. */
export interface EvidenceInput {
  readonly assessment: Assessment;
  readonly window: Window;
  readonly limits: Limits;
  /** The memory after this assessment and its probe. */
  readonly memory: Memory;
  readonly settings: Settings;
  readonly now: Date;
}

/** Put together how good the evidence for acting on a component is. */
export function evidenceFacts(input: EvidenceInput): EvidenceFacts {
  const { assessment, window, limits, memory, settings, now } = input;
  const probedDown = memory.failedProbes >= settings.breachesToOpen;
  return {
    state: assessment.state,
    agreeing: memory.bad,
    lastSampleAgeS: window.lastAt === null ? null : ageS(window.lastAt, now),
    cadenceS: window.cadenceS,
    freshShare: freshShare(window, now),
    historyS: window.firstAt === null ? 0 : ageS(window.firstAt, now),
    ratioOnly: !probedDown && restsOnRatio(assessment),
    requests: requestsIn(window, now),
    breachingInARow: breachingInARow(window, limits),
    failedProbes: memory.failedProbes,
  };
}

/** Seconds since an instant; one that lies in the future (two clocks) is now. */
function ageS(instant: Date, now: Date): number {
  return Math.max(0, (now.getTime() - instant.getTime()) / 1000);
}

/**
 * Share of the samples expected in the last ten intervals that arrived, 0–1: the very measure by which
 * an assessment calls a state unknown.
 */
export function freshShare(window: Window, now: Date): number {
  // Only whether the share is enough depends on the settings, not the share itself.
  return freshness(window, DEFAULT_SETTINGS, now).share;
}

function windowStart(cadenceS: number, now: Date): number {
  return now.getTime() - EVIDENCE_INTERVALS * cadenceS * 1000;
}

/** Whether everything that speaks for acting is the error rate. */
function restsOnRatio({ breaching, prediction }: Assessment): boolean {
  const metrics = [...breaching, ...prediction.evidence.map(({ metric }) => metric)];
  return metrics.length > 0 && metrics.every((metric) => metric === 'error_rate');
}

/** Requests counted in the evidence window; null where the sender does not count them. */
function requestsIn({ series, cadenceS }: Window, now: Date): number | null {
  const counted = series['request_count'];
  if (counted === undefined) return null;
  const from = windowStart(cadenceS, now);
  return counted.y.reduce((sum, y, i) => sum + ((counted.at[i] ?? 0) > from ? y : 0), 0);
}

/** The longest run of newest points in which one metric is at or beyond its `fail` limit. */
function breachingInARow({ series }: Window, limits: Limits): number {
  const runs = Object.entries(series).map(([metric, line]) =>
    trailingRun(line, limits[metric]?.fail ?? Number.POSITIVE_INFINITY),
  );
  return Math.max(0, ...runs);
}

function trailingRun({ y }: Series, fail: number): number {
  const lastGood = y.findLastIndex((value) => !(value >= fail));
  return y.length - 1 - lastGood;
}
