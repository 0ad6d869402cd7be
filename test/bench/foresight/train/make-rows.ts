import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAILURES, type Failure } from '../../../../lib/domain/predict/features/joint.js';
import { FAULTS, type FaultName } from '../faults.js';
import type { NegativeName } from '../negatives.js';
import { type Random, randomOf } from '../random.js';
import { faulty, type Scenario, sound } from '../scenario.js';
import { rowsOf } from './rows.js';

/** One component to be made and watched. */
export interface RowJob {
  readonly kind: string;
  readonly seed: string;
  /** Its number in the files. */
  readonly id: number;
  /** Share of the quiet ticks that are kept; they count the more. */
  readonly share: number;
  /** Whether some components show only some of their metrics. */
  readonly hides: boolean;
  readonly folder: string;
}

const METRICS = [
  'cpu_usage',
  'memory_usage',
  'error_rate',
  'latency_ms',
  'pool_usage',
  'disk_usage',
] as const;

/** Share of the components that hide metrics, and of the metrics that they hide. */
const HIDING = 0.4;
const HIDDEN = 0.45;

/** Days that a healthy component is watched. */
const DAYS = { least: 0.5, most: 8 } as const;

const isFault = (kind: string): kind is FaultName => Object.hasOwn(FAULTS, kind);

function scenarioOf({ kind, seed }: RowJob): Scenario {
  if (isFault(kind)) return faulty(kind, seed);
  const days = randomOf(`${seed}/${kind}/days`).logUniform(DAYS.least, DAYS.most);
  return sound(kind as NegativeName, seed, days);
}

function hiddenOf({ hides }: RowJob, random: Random): ReadonlySet<string> {
  const isHiding = hides && random.chance(HIDING);
  return new Set(METRICS.filter(() => isHiding && random.chance(HIDDEN)));
}

/** Make one component, watch it, and append what was seen of each way to fail to its file. */
export function makeRows(job: RowJob): void {
  const { id, share, folder } = job;
  const scenario = scenarioOf(job);
  const { samples: _, ...story } = scenario;
  const random = randomOf(`${job.seed}/${job.kind}/ticks`);
  const hidden = hiddenOf(job, random);
  const isQuiet = (at: number): boolean => scenario.onsetAt === null || at < scenario.onsetAt;
  const takes = (at: number): boolean => !isQuiet(at) || share === 1 || random.chance(share);
  const out: Record<Failure, number[]> = { memory: [], disk: [], objective: [] };
  for (const { at, rows } of rowsOf(scenario, takes, (metric) => !hidden.has(metric))) {
    const extra = [isQuiet(at) ? 1 / share : 1, id, (at - scenario.startedAt) / 60_000];
    for (const { failure, features, failsIn } of rows) {
      for (const value of features) out[failure].push(value);
      out[failure].push(failsIn, ...extra);
    }
  }
  for (const failure of FAILURES) {
    const bytes = new Uint8Array(Float32Array.from(out[failure]).buffer);
    appendFileSync(join(folder, `${failure}.${process.pid}.f32`), bytes);
  }
  const line = `${JSON.stringify({ id, ...story })}\n`;
  appendFileSync(join(folder, `stories.${process.pid}.jsonl`), line);
}
