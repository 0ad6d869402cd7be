import { DAY } from '../../domain/time.js';
import type { Copy } from '../../flows/replay/history.js';
import { readSampleSpan, type SamplePiece } from '../../store/sample-history.js';
import type { Sql } from '../../store/sql.js';
import { inOrder } from './in-order.js';

const COLUMNS = ['cpu_usage', 'memory_usage', 'error_rate', 'latency_ms'] as const;

/** The value of a metric in each row of a piece; NaN where it is missing. */
function valuesOf(piece: SamplePiece, metric: string): number[] {
  const column = COLUMNS.find((name) => name === metric);
  const values =
    column === undefined
      ? piece.at.map((_, i) => piece.extra?.[i]?.[metric])
      : piece.at.map((_, i) => piece[column][i]);
  return values.map((value) => value ?? Number.NaN);
}

function metricsOf(pieces: readonly SamplePiece[]): string[] {
  const extra = pieces.flatMap(({ extra }) =>
    (extra ?? []).flatMap((one) => Object.keys(one ?? {})),
  );
  return [...COLUMNS, ...new Set(extra)];
}

/** The pieces of one copy, put together; a metric that it never sent is left out. */
function copyOf(instance: string, pieces: readonly SamplePiece[]): Copy {
  const at = Float64Array.from(pieces.flatMap((piece) => piece.at));
  const columns = metricsOf(pieces)
    .map((metric) => ({
      metric,
      values: Float64Array.from(pieces.flatMap((piece) => valuesOf(piece, metric))),
    }))
    .filter(({ values }) => values.some((value) => !Number.isNaN(value)));
  return inOrder(instance, at, columns);
}

/** Read what a component has sent in a span, a day at a time. */
export async function storedSamples(
  sql: Sql,
  componentId: number,
  { from, until }: { readonly from: Date; readonly until: Date },
): Promise<Copy[]> {
  const byInstance = new Map<string, SamplePiece[]>();
  for (let day = from.getTime(); day < until.getTime(); day += DAY) {
    const next = new Date(Math.min(until.getTime(), day + DAY));
    const span = { componentId, from: new Date(day), until: next };
    for (const piece of await readSampleSpan(sql, span)) {
      byInstance.set(piece.instance, [...(byInstance.get(piece.instance) ?? []), piece]);
    }
  }
  return [...byInstance].map(([instance, pieces]) => copyOf(instance, pieces));
}
