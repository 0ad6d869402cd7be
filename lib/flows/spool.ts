import type { App } from '../app.js';
import { DAY } from '../domain/time.js';
import { AppError } from '../errors.js';
import type { SpoolMessage } from '../queue/messages.js';
import type { Outgoing } from '../queue/queue.js';
import { revokedAt } from '../store/api-keys.js';
import { type BrainRow, writeBrain } from '../store/brain.js';
import type { NamedSample } from '../store/samples.js';
import { storeBatch } from './store-batch.js';
import { SPOOL_LABEL } from './take-up-spool.js';

/** Bytes of samples per message: the queue takes less than 1 MB. */
const PIECE_BYTES = 700_000;

/**
 * Messages that one instance may spend on samples in a day: of a free plan's 1,000, enough must be left
 * for recoveries.
 */
const PER_DAY = 400;

const spent = new WeakMap<App, { day: number; messages: number }>();

type SpooledSample = SpoolMessage['samples'][number];

const spooled = ({ component, sample }: NamedSample): SpooledSample => ({
  component,
  instance: sample.instance,
  at: sample.at.toISOString(),
  values: { ...sample.values },
});

/** Cut samples into pieces that each fit into one message. */
export function pieces(samples: readonly NamedSample[]): SpooledSample[][] {
  const cut: SpooledSample[][] = [];
  let bytes = PIECE_BYTES;
  for (const sample of samples.map(spooled)) {
    const size = Buffer.byteLength(JSON.stringify(sample)) + 1;
    if (bytes + size > PIECE_BYTES || cut.at(-1)?.length === 5000) {
      cut.push([]);
      bytes = 0;
    }
    cut.at(-1)?.push(sample);
    bytes += size;
  }
  return cut;
}

/**
 * Hand samples to the queue while the database cannot be reached: the messages are then their durable
 * copy.
 *
 * @param keyId - the key that they were sent with, looked at again when they are stored
 * @returns how many samples wait
 * @throws {AppError} `unavailable` when the queue does not take them, or the day's share is spent
 */
export async function spool(
  app: App,
  samples: readonly NamedSample[],
  keyId: string | null = null,
): Promise<number> {
  const spooled_at = new Date().toISOString();
  const messages = pieces(samples).map(
    (piece): Outgoing => ({
      path: '/api/ingest',
      body: { spooled_at, key_id: keyId, samples: piece } satisfies SpoolMessage,
      retries: 5,
      label: SPOOL_LABEL,
    }),
  );
  spend(app, messages.length);
  try {
    await app.queue.publish(messages);
  } catch (cause) {
    throw new AppError('unavailable', 'neither the database nor the queue takes samples now', {
      cause,
      retryAfterS: 10,
    });
  }
  return samples.length;
}

function spend(app: App, messages: number): void {
  const day = Math.floor(Date.now() / DAY);
  const known = spent.get(app);
  const before = known?.day === day ? known.messages : 0;
  if (before + messages > PER_DAY) {
    throw new AppError('unavailable', 'the database is away and the share of the queue is spent', {
      retryAfterS: 60,
    });
  }
  spent.set(app, { day, messages: before + messages });
}

/** Who delivers a spooled batch. */
export interface Delivery {
  readonly messageId: string;
  /** Redeliveries before this one. */
  readonly retried: number;
}

/**
 * Store a batch that waited in the queue; safe to repeat. What was sent with a key that had been revoked
 * by then is dropped, which is told.
 *
 * @throws {AppError} `unavailable` while the database is away: the queue tries again
 */
export async function storeSpooled(
  app: App,
  message: SpoolMessage,
  delivery: Delivery,
): Promise<{ accepted: number; duplicates: number }> {
  if (await isForeign(app, message)) {
    await writeBrain(app.sql, [droppedRow(message, delivery)]);
    return { accepted: 0, duplicates: 0 };
  }
  const samples = message.samples.map(({ component, instance, at, values }) => ({
    component,
    sample: { instance, at: new Date(at), values },
  }));
  const row = recoveredRow(message, delivery);
  const { kept, outdated } = byAge(samples);
  const rows = outdated === 0 ? [row] : [row, outdatedRow(message, delivery, outdated)];
  // They were accepted: the limit of components that register themselves does not hold for them.
  const batch = await storeBatch(app, kept, EVERYBODY, [writeBrain(app.sql, rows)]);
  return { accepted: batch.stored, duplicates: batch.duplicates };
}

/** More components than there can be. */
const EVERYBODY = 1_000_000_000;

/** Partitions are made for samples up to eight days old; a queue may keep a message for longer. */
const OLDEST_MS = 8 * DAY;

/** Part what can still be stored from what waited for too long: one such sample must not lose the rest. */
function byAge(samples: readonly NamedSample[]) {
  const kept = samples.filter(({ sample }) => Date.now() - sample.at.getTime() < OLDEST_MS);
  return { kept, outdated: samples.length - kept.length };
}

function outdatedRow(message: SpoolMessage, delivery: Delivery, outdated: number): BrainRow {
  return {
    ...droppedRow(message, delivery),
    output: { success: false, message: `${outdated} of them waited for more than eight days` },
    eventKey: `spool-outdated:${delivery.messageId}`,
  };
}

async function isForeign(app: App, { key_id, spooled_at }: SpoolMessage): Promise<boolean> {
  const at = key_id === null ? null : await revokedAt(app.sql, key_id);
  return at !== null && at <= new Date(spooled_at);
}

function droppedRow({ samples, spooled_at, key_id }: SpoolMessage, delivery: Delivery): BrainRow {
  return {
    agent: 'enhanced_self_healing',
    actionType: 'samples_dropped',
    component: '(all)',
    input: { message_id: delivery.messageId, spooled_at, samples: samples.length, key_id },
    output: { success: false, message: 'the key had been revoked when they were sent' },
    success: false,
    eventKey: `spool-dropped:${delivery.messageId}`,
  };
}

function recoveredRow({ samples, spooled_at }: SpoolMessage, delivery: Delivery): BrainRow {
  const attempts = delivery.retried + 1;
  return {
    agent: 'enhanced_self_healing',
    actionType: 'db_connection_recovered',
    component: '(all)',
    input: { message_id: delivery.messageId, spooled_at, samples: samples.length },
    output: { success: true, attempts, message: `stored at attempt ${attempts}` },
    success: true,
    eventKey: `spool-stored:${delivery.messageId}`,
  };
}
