import { HORIZONS_H } from '../../../../lib/domain/judge/foretold.js';
import { HOUR } from '../../../../lib/domain/time.js';
import type { Example, Trace } from '../example.js';
import { nameOf } from '../jobs.js';
import { drawing, label, line } from './axes.js';
import { element, type Markup } from './markup.js';
import { hourTicks, linear, linePath, type Scale } from './scale.js';
import { thinned } from './thinned.js';

const SIZE = [620, 330] as const;
const LEFT = 48;
const RIGHT = 496;
const SERIES = { top: 12, bottom: 152 } as const;
const CHANCE = { top: 168, bottom: 238 } as const;
const RUNS = { top: 248, each: 15 } as const;
const AXIS = RUNS.top + 3 * RUNS.each + 4;

/** Classes of the three horizons. */
const KINDS = ['one', 'six', 'day'] as const;

function timeAxis({ from, to, story, why }: Example, x: Scale): Markup[] {
  const zero = why === 'false alarm' || story.failedAt === null ? from : story.failedAt;
  const ticks = hourTicks((from - zero) / HOUR, (to - zero) / HOUR);
  const word = zero === from ? 'hours' : 'hours to the failure';
  return [
    ...ticks.flatMap((hours) => [
      line('grid', [x(zero + hours * HOUR), SERIES.top], [x(zero + hours * HOUR), AXIS - 4]),
      label(String(Math.abs(hours)), [x(zero + hours * HOUR), AXIS + 10], 'middle'),
    ]),
    label(word, [(LEFT + RIGHT) / 2, AXIS + 24], 'middle'),
  ];
}

function instants({ story: { onsetAt, failedAt }, from, to }: Example, x: Scale): Markup[] {
  const mark = (at: number | null, kind: string, word: string, row: number) =>
    at === null || at < from || at > to
      ? []
      : [
          line(kind, [x(at), SERIES.top], [x(at), AXIS - 4]),
          x(at) < LEFT + 40
            ? label(word, [x(at) + 4, SERIES.top + row], 'start', 'strong')
            : label(word, [x(at) - 4, SERIES.top + row], 'end', 'strong'),
        ];
  return [...mark(onsetAt, 'onset', 'onset', 22), ...mark(failedAt, 'failure', 'failure', 9)];
}

/** The end of a line, so that its name stands beside it, apart from the other's. */
function names(traces: readonly Trace[], y: Scale): Markup[] {
  const ends = traces.map(({ share }) => y(Math.min(share.at(-1) ?? 0, 1.1)));
  const [first = 0, second = 0] = ends;
  const push = Math.max(0, 13 - Math.abs(first - second)) / 2;
  const sign = first <= second ? -1 : 1;
  return traces.map(({ metric }, i) =>
    label(
      metric,
      [RIGHT + 6, (ends[i] ?? 0) + 4 + (i === 0 ? sign : -sign) * push],
      'start',
      `metric-${i}`,
    ),
  );
}

function series({ traces }: Example, x: Scale): Markup[] {
  const y = linear([0, 1.15], [SERIES.bottom, SERIES.top]);
  const lines = traces.map(({ at, share }, i) => {
    const points = thinned(at, share, 220).map(
      ([instant, value]) => [x(instant), y(Math.min(value, 1.15))] as const,
    );
    return element('path', { class: `line metric-${i}`, d: linePath(points) });
  });
  return [
    line('axis', [LEFT, SERIES.bottom], [RIGHT, SERIES.bottom]),
    line('limit', [LEFT, y(1)], [RIGHT, y(1)]),
    label('limit', [LEFT - 6, y(1) + 4], 'end', 'limit'),
    label('50 %', [LEFT - 6, y(0.5) + 4], 'end'),
    label('0', [LEFT - 6, y(0) + 4], 'end'),
    ...lines,
    ...names(traces, y),
  ];
}

function chances({ ticks }: Example, x: Scale): Markup[] {
  const y = linear([0, 1], [CHANCE.bottom, CHANCE.top]);
  const lines = HORIZONS_H.map((_, h) => {
    const points = ticks.map(({ at, within }) => [x(at), y(within[h] ?? Number.NaN)] as const);
    return element('path', { class: `line ${KINDS[h]}`, d: linePath(points) });
  });
  const keys = HORIZONS_H.map((hours, h) =>
    label(`within ${hours} h`, [RIGHT + 6, CHANCE.top + 18 + 15 * h], 'start', KINDS[h]),
  );
  return [
    line('axis', [LEFT, CHANCE.bottom], [RIGHT, CHANCE.bottom]),
    line('ideal', [LEFT, y(0.5)], [RIGHT, y(0.5)]),
    label('p = 0.5', [LEFT - 6, y(0.5) + 4], 'end'),
    ...lines.toReversed(),
    ...keys,
  ];
}

function alarms({ runs, from, to }: Example, x: Scale): Markup[] {
  return HORIZONS_H.flatMap((hours, h) => {
    const top = RUNS.top + h * RUNS.each;
    const bars = (runs[h] ?? [])
      .filter((run) => run.to >= from && run.from <= to)
      .map((run) => {
        const [left, right] = [x(Math.max(run.from, from)), x(Math.min(run.to, to))];
        const width = Math.max(3, right - left);
        return element(
          'rect',
          { class: run.verdict, x: left, y: top + 2, width, height: RUNS.each - 5, rx: 2 },
          element('title', {}, `${run.verdict} alarm within ${hours} h`),
        );
      });
    const verdicts = new Set(
      (runs[h] ?? [])
        .filter((run) => run.to >= from && run.from <= to)
        .map(({ verdict }) => verdict),
    );
    return [
      line('grid', [LEFT, top + RUNS.each / 2], [RIGHT, top + RUNS.each / 2]),
      label(`${hours} h`, [LEFT - 6, top + 11], 'end'),
      ...bars,
      label([...verdicts].join(', '), [RIGHT + 6, top + 11], 'start'),
    ];
  });
}

function described({ job, why, story, runs, h }: Example): string {
  const lead = runs[h]?.find(({ verdict }) => verdict === 'true');
  const failed =
    story.failedAt === null ? 'It never failed.' : 'It failed at the end of what is shown.';
  const begun =
    lead === undefined || story.failedAt === null
      ? ''
      : ` The alarm began ${((story.failedAt - lead.from) / HOUR).toFixed(1)} h before.`;
  return `${nameOf(job)}, ${why}. ${failed}${begun}`;
}

/**
 * One component's story: the metrics nearest to their limits as shares of them, what was told, and the
 * alarms with what they turned out to be.
 */
export function examplePlot(example: Example): Markup {
  const x = linear([example.from, example.to], [LEFT, RIGHT]);
  return drawing(SIZE, `${nameOf(example.job)}: ${example.why}`, described(example), [
    ...timeAxis(example, x),
    ...series(example, x),
    ...chances(example, x),
    ...alarms(example, x),
    ...instants(example, x),
  ]);
}
