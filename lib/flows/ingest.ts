import type { CommandEnvelope } from '../agent/command.js';
import { type App, settingsOf } from '../app.js';
import { assessmentJson } from '../domain/health/assessment-json.js';
import { AppError } from '../errors.js';
import { findComponent } from '../store/components.js';
import { readControl } from '../store/control.js';
import type { NamedSample } from '../store/samples.js';
import { handCommandsTo, type Push, pushStatements } from './agent-push.js';
import { lookNow } from './look-now.js';
import { nudgeSweep } from './nudge-sweep.js';
import { spool } from './spool.js';
import { type Batch, storeBatch } from './store-batch.js';

/** One sample, or line, that was not taken. */
export interface Rejection {
  readonly index: number;
  readonly code: string;
  readonly detail: string;
}

/** A parsed request: what was understood, what was not, and who sends. */
export interface IngestInput {
  readonly samples: readonly NamedSample[];
  /** Place of each sample in the request, for what is rejected later. */
  readonly indexes: readonly number[];
  readonly rejected: readonly Rejection[];
  readonly push: Push | null;
  /** The only component that the key may speak for; null when it is not bound. */
  readonly boundTo: string | null;
  /** The key that sends. */
  readonly keyId: string;
}

/** The answer to a batch. */
export interface Ingested {
  readonly accepted: number;
  readonly duplicates: number;
  /** Samples that wait in the queue for the database to come back. */
  readonly queued: number;
  readonly rejected: readonly Rejection[];
  readonly commands?: readonly CommandEnvelope[];
}

/**
 * Take a batch in: store what is good, name what is not, hand commands to the agent that pushes.
 *
 * While the database cannot be reached, an agent is told to keep its batch (it has a buffer), and
 * everybody else's batch goes to the queue.
 *
 * @throws {AppError} `unavailable` when neither the database nor the queue takes it; `forbidden` when the
 * key is bound to another component than the push is of
 */
export async function ingest(app: App, input: IngestInput): Promise<Ingested> {
  const { push, boundTo } = input;
  if (push !== null && boundTo !== null && push.component !== boundTo) {
    throw new AppError('forbidden', `this key speaks for ${boundTo} only`);
  }
  const { allowed, foreign } = bind(input);
  const rejected = [...input.rejected, ...foreign];
  if (allowed.length === 0 && push === null) {
    return { accepted: 0, duplicates: 0, queued: 0, rejected };
  }
  const samples = allowed.map(({ sample }) => sample);
  try {
    const batch = await store(app, samples, push);
    return answer(app, { batch, push, allowed, rejected });
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'unavailable') || push !== null) throw error;
    const queued = await spool(app, samples, input.keyId);
    return { accepted: 0, duplicates: 0, queued, rejected };
  }
}

interface Placed {
  readonly sample: NamedSample;
  readonly index: number;
}

/** Part what a key may say from what it may not. */
function bind({ samples, indexes, boundTo }: IngestInput): {
  allowed: Placed[];
  foreign: Rejection[];
} {
  const placed = samples.map((sample, i) => ({ sample, index: indexes[i] ?? i }));
  if (boundTo === null) return { allowed: placed, foreign: [] };
  return {
    allowed: placed.filter(({ sample }) => sample.component === boundTo),
    foreign: placed
      .filter(({ sample }) => sample.component !== boundTo)
      .map(({ sample, index }) => forbidden(sample.component, boundTo, index)),
  };
}

function answer(
  app: App,
  {
    batch,
    push,
    allowed,
    rejected,
  }: { batch: Batch; push: Push | null; allowed: Placed[]; rejected: readonly Rejection[] },
): Ingested {
  const capped = allowed
    .filter(({ sample }) => batch.unregistered.has(sample.component))
    .map(({ sample, index }) => full(sample.component, index));
  const commands = push === null ? [] : handCommandsTo(app, push, batch.along.at(-1) ?? []);
  return {
    accepted: batch.stored,
    duplicates: batch.duplicates,
    queued: 0,
    rejected: [...rejected, ...capped],
    ...(commands.length > 0 ? { commands } : {}),
  };
}

async function store(app: App, samples: readonly NamedSample[], push: Push | null): Promise<Batch> {
  const along = push === null ? [] : pushStatements(app.sql, push);
  const batch = await storeBatch(app, samples, app.baseSettings.maxComponents, along);
  await nudgeSweep(app);
  return batch;
}

function forbidden(component: string, boundTo: string, index: number): Rejection {
  return { index, code: 'forbidden', detail: `${component}: this key speaks for ${boundTo} only` };
}

function full(component: string, index: number): Rejection {
  const detail = `${component} is not registered, and no more components may be`;
  return { index, code: 'too_many_components', detail };
}

/**
 * Assess the one component of a batch, as the reference document's monitor does.
 *
 * @throws {AppError} `invalid` unless the batch is of exactly one component
 */
export async function assessOne(app: App, names: ReadonlySet<string>): Promise<object> {
  const [name, ...more] = names;
  if (name === undefined || more.length > 0) {
    throw new AppError('invalid', 'assess=1 needs samples of exactly one component');
  }
  const component = await findComponent(app.sql, name);
  if (component === null) throw new AppError('not_found', `there is no component ${name}`);
  const control = await readControl(app.sql);
  const settings = settingsOf(app.baseSettings, control?.settings ?? {});
  const look = await lookNow(app, component.id, settings, control);
  if (look === null) throw new AppError('not_found', `there is no component ${name}`);
  return assessmentJson(look.assessment);
}
