import { AppError } from '../errors.js';
import { type Envelope, readEnvelope } from './envelope.js';
import { isObject } from './is-object.js';
import { type Line, ndjsonLines } from './ndjson-lines.js';
import { type CommandReport, type EventReport, readEvents, readResults } from './read-reports.js';
import { type NamedSample, readSample, type Sender } from './read-sample.js';
import { DEFAULT_TIME_BOUNDS, type TimeBounds } from './read-time.js';
import { type Reading, type Rejection, refuse } from './rejection.js';

/** How a batch is read. */
export interface ReadOptions {
  readonly now: Date;
  /** Samples in one batch, at most. */
  readonly maxSamples: number;
  /** How far after now a sample may be, in milliseconds; 5 minutes when absent. */
  readonly maxAheadMs?: number;
  /** How long before now a sample may be, in milliseconds; 7 days when absent. */
  readonly maxAgeMs?: number;
}

/** What an agent tells of itself and of what it did. */
export interface AgentPush {
  readonly component: string;
  readonly instance: string;
  readonly bootId: string;
  readonly results: readonly CommandReport[];
  readonly events: readonly EventReport[];
}

/** A batch, as far as it was understood. */
export interface SampleBatch {
  readonly samples: readonly NamedSample[];
  /** The place of each sample in what was sent. */
  readonly indexes: readonly number[];
  readonly rejected: readonly Rejection[];
  /** Who pushes, when it is an agent; null otherwise. */
  readonly push: AgentPush | null;
}

/** A line holds one sample: 64 metrics of the longest names take a tenth of this. */
const MAX_LINE_CHARS = 65_536;

const ALONE: Sender = { component: null, instance: null };

const boundsOf = (options: ReadOptions): TimeBounds => ({ ...DEFAULT_TIME_BOUNDS, ...options });

function tooMany(maxSamples: number): AppError {
  return new AppError('too_large', `a batch has at most ${maxSamples} samples; send it in parts`, {
    details: { limit_samples: maxSamples },
  });
}

interface Placed {
  readonly index: number;
  readonly reading: Reading<NamedSample>;
}

function sorted(placed: readonly Placed[]): Omit<SampleBatch, 'push'> {
  const samples: NamedSample[] = [];
  const indexes: number[] = [];
  const rejected: Rejection[] = [];
  for (const { index, reading } of placed) {
    if (!reading.ok) {
      rejected.push({ index, ...reading.refusal });
      continue;
    }
    samples.push(reading.value);
    indexes.push(index);
  }
  return { samples, indexes, rejected };
}

function readList(values: readonly unknown[], sender: Sender, options: ReadOptions) {
  if (values.length > options.maxSamples) throw tooMany(options.maxSamples);
  const bounds = boundsOf(options);
  return sorted(
    values.map((value, index) => ({ index, reading: readSample(value, sender, bounds) })),
  );
}

function readPushed(envelope: Envelope, options: ReadOptions): SampleBatch {
  const { component, instance = null, boot_id: bootId } = envelope;
  const batch = readList(envelope.samples, { component, instance }, options);
  // The envelope's schema has seen to it that an agent names its instance.
  if (bootId == null || instance === null) return { ...batch, push: null };
  const results = readResults(envelope.results);
  const events = readEvents(envelope.events);
  return {
    ...batch,
    rejected: [...batch.rejected, ...results.rejected, ...events.rejected],
    push: { component, instance, bootId, results: results.reports, events: events.reports },
  };
}

/**
 * Read a batch: one sample, a list of them, or an envelope,
 * `{component, instance?, boot_id?, samples: […], results?, events?}`.
 *
 * A sample that is wrong is named and left out; its neighbours are kept.
 *
 * @param value - parsed JSON, of any shape
 * @throws {AppError} `too_large` for too many samples, `invalid` for a batch without any or a wrong
 * envelope; nothing is to be stored then
 */
export function readSamples(value: unknown, options: ReadOptions): SampleBatch {
  if (isObject(value) && 'samples' in value) {
    return readPushed(readEnvelope(value), options);
  }
  const values = Array.isArray(value) ? value : [value];
  if (values.length === 0) throw new AppError('invalid', 'the batch holds no sample');
  return { ...readList(values, ALONE, options), push: null };
}

function readLine({ text }: Line, bounds: TimeBounds): Reading<NamedSample> {
  if (text.length > MAX_LINE_CHARS) {
    return refuse('too_long', `a line has at most ${MAX_LINE_CHARS} characters`);
  }
  try {
    return readSample(JSON.parse(text), ALONE, bounds);
  } catch {
    return refuse('bad_json', 'the line is not JSON');
  }
}

/**
 * Read a batch of lines, one sample each; an index is the number of the line, counted from 0, blank ones
 * included.
 *
 * @throws {AppError} `too_large` for too many lines, `invalid` when all are blank
 */
export function readNdjson(text: string, options: ReadOptions): SampleBatch {
  const bounds = boundsOf(options);
  const placed: Placed[] = [];
  for (const line of ndjsonLines(text)) {
    if (placed.length === options.maxSamples) throw tooMany(options.maxSamples);
    placed.push({ index: line.index, reading: readLine(line, bounds) });
  }
  if (placed.length === 0) throw new AppError('invalid', 'the batch holds no sample');
  return { ...sorted(placed), push: null };
}
