import type { Horizons, Said } from '../../../../lib/domain/assessment.js';
import type { Story } from '../../../../lib/domain/judge/foretold.js';
import { ask } from '../../../../lib/domain/predict/ask.js';
import { loudestAmong, loudestOf } from '../../../../lib/domain/predict/combine.js';
import { FAILURES, type Failure } from '../../../../lib/domain/predict/features/joint.js';
import { type ForestData, forestOf } from '../../../../lib/domain/predict/forest.js';
import { steadied } from '../../../../lib/domain/predict/steady.js';
import type { Question } from './learn.js';
import { readStories, readTable } from './table.js';

/** What was learned, by way to fail and question. */
export type Learned = Readonly<Record<Failure, Readonly<Record<Question, ForestData>>>>;

/** What was said at one tick, and what came of it. */
interface Told {
  readonly p: number;
  readonly y: number;
  readonly weight: number;
}

/** What is said of one row, and the horizons until the failure. */
interface Answer {
  readonly horizons: Horizons;
  readonly time: number;
  readonly failsIn: number;
}

const HORIZONS = { '1h': 1, '6h': 6, '24h': 24 } as const;

type Ticks = Map<number, Answer[]>;

/** Ask the forests about every row of one way to fail. */
function* askRows(folder: string, failure: Failure, learned: Learned) {
  const of = learned[failure];
  const forests = {
    ...{ '1h': forestOf(of['1h']), '6h': forestOf(of['6h']), '24h': forestOf(of['24h']) },
    time: forestOf(of.time),
  };
  const { columns, failsIn, id, minute } = readTable(folder, failure, Number.POSITIVE_INFINITY);
  const features = columns.map(() => Number.NaN);
  for (const [i, component] of id.entries()) {
    for (const [f, column] of columns.entries()) features[f] = column[i] ?? 0;
    const answer = { ...ask({ failure, features }, forests), failsIn: failsIn[i] ?? 0 };
    yield { component, minute: minute[i] ?? 0, answer };
  }
}

/** What is said of every row; by component, then by minute. */
function answers(folder: string, learned: Learned): Map<number, Ticks> {
  const found = new Map<number, Ticks>();
  for (const failure of FAILURES) {
    for (const { component, minute, answer } of askRows(folder, failure, learned)) {
      const ticks: Ticks = found.get(component) ?? new Map();
      found.set(component, ticks.set(minute, [...(ticks.get(minute) ?? []), answer]));
    }
  }
  return found;
}

const MINUTE = 60_000;
const HORIZON_S = 3600;

/** What was said at each tick of a component, steadied as it is live. */
function* saidOf(ticks: Ticks): Generator<{ minute: number; said: Said; all: Answer[] }> {
  let before: Said | null = null;
  for (const [minute, all] of [...ticks].sort(([a], [b]) => a - b)) {
    const now = { at: minute * MINUTE, horizons: loudestOf(all) };
    const expected = loudestAmong(all)?.time ?? Number.POSITIVE_INFINITY;
    before = steadied(before, now, { horizonS: HORIZON_S, expected });
    yield { minute, said: before, all };
  }
}

function cameTrue({ failedAt, onsetAt, startedAt }: Story, minute: number, horizon: number): 0 | 1 {
  const at = startedAt + minute * MINUTE;
  if (failedAt === null || at < (onsetAt ?? 0)) return 0;
  return failedAt - at <= horizon * HORIZON_S * 1000 ? 1 : 0;
}

/** Blocks are at least this heavy, so that no knot rests on one story. */
const LEAST_BLOCK = 40;

/** Points of a rising map: what was said, to how often it came true, pooled until it rises; never above. */
function knotsOf(told: readonly Told[]): [number, number][] {
  const sorted = told.toSorted((a, b) => a.p - b.p);
  const blocks: { p: number; y: number; weight: number }[] = [];
  let open = { p: 0, y: 0, weight: 0 };
  const close = (): void => {
    blocks.push(open);
    open = { p: 0, y: 0, weight: 0 };
    for (;;) {
      const [before, last] = [blocks.at(-2), blocks.at(-1)];
      if (before === undefined || last === undefined) return;
      if (before.y / before.weight < last.y / last.weight) return;
      blocks.splice(-2, 2, {
        p: before.p + last.p,
        y: before.y + last.y,
        weight: before.weight + last.weight,
      });
    }
  };
  const bins = Math.max(LEAST_BLOCK, sorted.length / 2000);
  for (const { p, y, weight } of sorted) {
    open = { p: open.p + p * weight, y: open.y + y * weight, weight: open.weight + weight };
    const isWide = p > 0.02 ? LEAST_BLOCK : bins;
    if (open.weight >= isWide) close();
  }
  if (open.weight > 0) close();
  const round = (x: number): number => Number(x.toFixed(4));
  // Steadied words lag behind a rise, so more comes true than they say; what acts may rather say too little.
  const inner = blocks.map(({ p, y, weight }): [number, number] => [
    round(p / weight),
    round(Math.min(p, y) / weight),
  ]);
  return thinned([
    [0, 0],
    ...inner.filter(([p]) => p > 0 && p < 1),
    [1, Math.max(0.98, inner.at(-1)?.[1] ?? 0)],
  ]);
}

/** Knots nearer than this to the one before add nothing. */
const NEAR = 0.02;

function thinned(knots: [number, number][]): [number, number][] {
  return knots.filter(([p, y], i) => {
    const [before, level] = knots[i - 1] ?? [-1, -1];
    return i === 0 || i === knots.length - 1 || p - before > NEAR || y - level > NEAR;
  });
}

/** How far the told time lies from the real one, by way to fail: the bounds that a tenth lies beyond. */
export interface Calibrated {
  readonly knots: Readonly<Record<keyof Horizons, [number, number][]>>;
  readonly early: number;
  readonly late: number;
}

/** Probability from which a time counts: it is shown from there on. */
const SHOWN = 0.4;

const isShown = ({ horizons, failsIn }: Answer): boolean =>
  horizons['24h'] >= SHOWN && Number.isFinite(failsIn);

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 1;
}

/**
 * Compare what was learned with worlds that it has not seen.
 *
 * @param folder - of rows of which no tick was left out
 */
export function calibrate(folder: string, learned: Learned): Calibrated {
  const stories = readStories(folder);
  const told = { '1h': [] as Told[], '6h': [] as Told[], '24h': [] as Told[] };
  const ratios: number[] = [];
  for (const [id, ticks] of answers(folder, learned)) {
    const story = stories.get(id);
    if (story === undefined) continue;
    for (const { minute, said, all } of saidOf(ticks)) {
      for (const [horizon, hours] of Object.entries(HORIZONS) as [keyof Horizons, number][]) {
        const y = cameTrue(story, minute, hours);
        told[horizon].push({ p: said.horizons[horizon], y, weight: 1 });
      }
      ratios.push(...all.filter(isShown).map(({ failsIn, time }) => failsIn / time));
    }
  }
  ratios.sort((a, b) => a - b);
  return {
    knots: { '1h': knotsOf(told['1h']), '6h': knotsOf(told['6h']), '24h': knotsOf(told['24h']) },
    early: Number(quantile(ratios, 0.1).toPrecision(3)),
    late: Number(quantile(ratios, 0.9).toPrecision(3)),
  };
}
