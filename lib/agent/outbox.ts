import { randomUUID } from 'node:crypto';
import type { AgentEvent, CommandResult } from './command.js';

/** One sample on the wire: the instant, and any named number. */
export type WireSample = { readonly at: string } & Readonly<Record<string, number | string>>;

/** What one push carries. It never changes, so that its key names one body. */
export interface Batch {
  /** The push's idempotency key. */
  readonly key: string;
  readonly samples: readonly WireSample[];
  readonly results: readonly CommandResult[];
  readonly events: readonly AgentEvent[];
}

/** What waits to be pushed, bounded. */
export interface Outbox {
  addSample(sample: WireSample): void;
  addResult(result: CommandResult): void;
  addEvent(event: AgentEvent): void;
  /** The batch under way, or the next one; null when nothing waits. */
  batch(): Batch | null;
  /** The batch of this key was taken: forget it. Unknown keys are ignored. */
  settle(key: string): void;
  /**
   * The batch of this key was refused for what is in it: drop its samples, and put results and events back.
   * Answers what was dropped; a result or event is dropped at its third refusal.
   */
  reject(key: string): { readonly samples: number; readonly reports: number };
  /** Things kept now. */
  size(): number;
  /** Samples dropped since the start. */
  dropped(): number;
}

/** Samples in one push: about 150 KB of JSON, far below what the server takes. */
const BATCH_SAMPLES = 500;
/** Results, and events, in one push. */
const BATCH_REPORTS = 100;
/** Refusals after which a report is given up, as it would be refused for ever. */
const MOST_REFUSALS = 3;

type Report =
  | { readonly kind: 'result'; readonly value: CommandResult; refusals: number }
  | { readonly kind: 'event'; readonly value: AgentEvent; refusals: number };

interface Content {
  readonly samples: WireSample[];
  readonly reports: Report[];
}

function asBatch({ samples, reports }: Content): Batch {
  return {
    key: randomUUID(),
    samples,
    results: reports.flatMap((one) => (one.kind === 'result' ? [one.value] : [])),
    events: reports.flatMap((one) => (one.kind === 'event' ? [one.value] : [])),
  };
}

function takeFrom({ samples, reports }: Content): Content {
  return { samples: samples.splice(0, BATCH_SAMPLES), reports: reports.splice(0, BATCH_REPORTS) };
}

/** The report to give up first: the oldest event, or the oldest result when there is no event. */
function leastReport(reports: readonly Report[]): number {
  return Math.max(
    reports.findIndex(({ kind }) => kind === 'event'),
    0,
  );
}

/** Drop what is over the room, samples first; answers how many samples that was. */
function bound(waiting: Content, room: number): number {
  let dropped = 0;
  while (sizeOf(waiting) > Math.max(room, 0)) {
    if (waiting.samples.shift() !== undefined) dropped += 1;
    else waiting.reports.splice(leastReport(waiting.reports), 1);
  }
  return dropped;
}

function sizeOf({ samples, reports }: Content): number {
  return samples.length + reports.length;
}

/** Count a refusal of each report; answers those that may be tried again. */
function refusedOnce(reports: readonly Report[]): Report[] {
  for (const report of reports) report.refusals += 1;
  return reports.filter(({ refusals }) => refusals < MOST_REFUSALS);
}

/**
 * Keep samples, results and events until they are pushed.
 *
 * Beyond the limit the oldest samples go first, results last. What belongs to the batch under way is never
 * dropped: its outcome may be unknown, and a changed body under the same key would be refused.
 *
 * @param limit - things kept at once, the batch under way included
 */
export function createOutbox(limit: number): Outbox {
  const waiting: Content = { samples: [], reports: [] };
  let underWay: { readonly batch: Batch; readonly content: Content } | null = null;
  let dropped = 0;
  const held = () => (underWay === null ? 0 : sizeOf(underWay.content));
  const add = <T>(list: T[], value: T) => {
    list.push(value);
    dropped += bound(waiting, limit - held());
  };
  function finish(key: string): Content | null {
    if (underWay?.batch.key !== key) return null;
    const { content } = underWay;
    underWay = null;
    return content;
  }
  return {
    addSample: (sample) => add(waiting.samples, sample),
    addResult: (value) => add(waiting.reports, { kind: 'result', value, refusals: 0 }),
    addEvent: (value) => add(waiting.reports, { kind: 'event', value, refusals: 0 }),
    batch() {
      if (underWay === null && sizeOf(waiting) > 0) {
        const content = takeFrom(waiting);
        underWay = { batch: asBatch(content), content };
      }
      return underWay?.batch ?? null;
    },
    settle: (key) => void finish(key),
    reject(key) {
      const { samples, reports } = finish(key) ?? { samples: [], reports: [] };
      const kept = refusedOnce(reports);
      waiting.reports.unshift(...kept);
      dropped += samples.length;
      return { samples: samples.length, reports: reports.length - kept.length };
    },
    size: () => sizeOf(waiting) + held(),
    dropped: () => dropped,
  };
}
