import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Mode } from '../../domain/component.js';
import { DAY, HOUR, MINUTE, SECOND } from '../../domain/time.js';
import { instantReader } from './read-instant.js';

/** What may be done by itself in a backtest; `own` leaves each component what it is configured to. */
export type BacktestMode = Mode | 'own';

/** What a backtest was asked for. */
export interface BacktestOptions {
  /** A file of samples, or a span of what the database holds. */
  readonly source:
    | { readonly kind: 'file'; readonly file: string }
    | { readonly kind: 'stored'; readonly from: Date; readonly to: Date };
  readonly limits: string | null;
  readonly failures: string | null;
  readonly out: string | null;
  /** Time between two ticks, milliseconds; null where it was not said. */
  readonly everyMs: number | null;
  readonly mode: BacktestMode;
  /** Processes that share the work, at most. */
  readonly processes: number;
}

const MODES: ReadonlyMap<string, BacktestMode> = new Map([
  ['automatic', 'auto'],
  ['auto', 'auto'],
  ['approve', 'approve'],
  ['observe', 'observe'],
  ['own', 'own'],
]);

const UNIT_MS: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR };

function everyOf(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,4})([smh])$/.exec(text) ?? [];
  const ms = Number(count) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
  if (ms <= DAY) return ms;
  throw new Error('--every looks like 60s, 5m or 1h, and is at most a day');
}

function instantOf(name: string, text: string): Date {
  const at = new Date(instantReader()(text));
  if (!Number.isNaN(at.getTime())) return at;
  throw new Error(`--${name} must be ISO 8601 with a zone, such as 2026-01-15T00:00:00Z`);
}

function sourceOf(
  files: readonly string[],
  from: string | undefined,
  to: string | undefined,
): BacktestOptions['source'] {
  const [file, ...more] = files;
  if (more.length > 0) throw new Error(`one file at a time: ${files.join(', ')}`);
  if (file !== undefined && from === undefined && to === undefined) return { kind: 'file', file };
  if (file !== undefined || from === undefined || to === undefined) {
    throw new Error('give a file of samples, or --from and --to for what the database holds');
  }
  const span = { from: instantOf('from', from), to: instantOf('to', to) };
  if (span.from >= span.to) throw new Error('--from must lie before --to');
  return { kind: 'stored', ...span };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = {
    limits: text,
    failures: text,
    out: text,
    every: text,
    mode: text,
    from: text,
    to: text,
    processes: text,
  };
  return parseArgs({ args: [...args], options, allowPositionals: true });
}

/** What is read must not be written over. */
function keepApart(out: string | null, read: readonly (string | undefined)[]): void {
  const isRead = read.some(
    (file) => file !== undefined && out !== null && path.resolve(file) === path.resolve(out),
  );
  if (isRead) throw new Error(`--out would write over ${out}, which is read`);
}

/**
 * Read the command line.
 *
 * @throws {Error} in one line, when it makes no sense
 */
export function readOptions(args: readonly string[]): BacktestOptions {
  const { values, positionals } = parsed(args);
  const mode = MODES.get(values.mode ?? 'automatic');
  if (mode === undefined) throw new Error(`--mode is one of ${[...MODES.keys()].join(', ')}`);
  const processes = Number(values.processes ?? availableParallelism());
  if (!(Number.isInteger(processes) && processes > 0 && processes <= 256)) {
    throw new Error('--processes must be a whole number');
  }
  const out = values.out ?? null;
  keepApart(out, [...positionals, values.limits, values.failures]);
  return {
    source: sourceOf(positionals, values.from, values.to),
    limits: values.limits ?? null,
    failures: values.failures ?? null,
    out,
    everyMs: values.every === undefined ? null : everyOf(values.every),
    mode,
    processes,
  };
}
