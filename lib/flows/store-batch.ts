import type { App } from '../app.js';
import { mergeSamples } from '../store/merge-samples.js';
import { makeSampleDays } from '../store/sample-days.js';
import { type NamedSample, readStored, storeSamples } from '../store/samples.js';
import { type Row, type Statement, sqlState } from '../store/sql.js';

/** What became of a batch. */
export interface Batch {
  /** Rows that were new or filled a missing value. */
  readonly stored: number;
  /** Samples of a component, instance and instant that had been sent before, in this batch or earlier. */
  readonly duplicates: number;
  /** Names that could not be registered: the cap is reached. */
  readonly unregistered: ReadonlySet<string>;
  /** The answers of the statements that went along. */
  readonly along: readonly Row[][];
}

/** SQLSTATE of a row that belongs to no partition. */
const NO_PARTITION = '23514';

/**
 * Store samples, and run statements along in the same round trip.
 *
 * A day without a partition gets one on the spot. Names that another request is just registering are
 * tried once more.
 */
export async function storeBatch(
  app: App,
  samples: readonly NamedSample[],
  maxComponents: number,
  along: readonly Statement[] = [],
): Promise<Batch> {
  const merged = mergeSamples(samples);
  const [first, ...rest] = await write(app, merged, maxComponents, along);
  const stored = readStored(first ?? []);
  const unresolved = new Set(stored.unresolved);
  if (unresolved.size === 0) {
    return {
      stored: stored.stored,
      duplicates: samples.length - stored.stored,
      unregistered: unresolved,
      along: rest,
    };
  }
  const left = merged.filter(({ component }) => unresolved.has(component));
  const [again] = await write(app, left, maxComponents, []);
  const second = readStored(again ?? []);
  const unregistered = new Set(second.unresolved);
  const all = stored.stored + second.stored;
  const lost = samples.filter(({ component }) => unregistered.has(component)).length;
  return { stored: all, duplicates: samples.length - all - lost, unregistered, along: rest };
}

async function write(
  app: App,
  samples: readonly NamedSample[],
  maxComponents: number,
  along: readonly Statement[],
): Promise<Row[][]> {
  const send = () => app.sql.transaction([storeSamples(app.sql, samples, maxComponents), ...along]);
  try {
    return await send();
  } catch (error) {
    if (sqlState(error) !== NO_PARTITION) throw error;
    await makeSampleDays(app.sql);
    return send();
  }
}
