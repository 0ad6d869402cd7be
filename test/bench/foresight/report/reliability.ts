import type { Tally } from '../../../../lib/domain/judge/tally.js';
import { drawing, label, line } from './axes.js';
import { element, type Markup } from './markup.js';
import { linear, linePath } from './scale.js';

const SIZE = [330, 312] as const;
const BOX = { left: 46, right: 306, top: 26, bottom: 264 } as const;
const x = linear([0, 1], [BOX.left, BOX.right]);
const y = linear([0, 1], [BOX.bottom, BOX.top]);

interface Point {
  readonly told: number;
  readonly real: number;
  readonly ticks: number;
}

function pointsOf({ bins }: Tally): Point[] {
  return bins
    .filter(({ ticks }) => ticks > 0)
    .map(({ ticks, told, real }) => ({ told: told / ticks, real: real / ticks, ticks }));
}

const percent = (ratio: number): string =>
  `${(100 * ratio).toFixed(ratio > 0 && ratio < 0.1 ? 1 : 0)} %`;

/** Area for the number of ticks, by its logarithm: most ticks are quiet ones. */
const radius = (ticks: number): number => 2 + 1.6 * Math.log10(ticks);

function dots(points: readonly Point[]): Markup[] {
  return points.map(({ told, real, ticks }) =>
    element(
      'circle',
      { class: 'dot', cx: x(told), cy: y(real), r: radius(ticks) },
      element('title', {}, `told ${percent(told)}, came ${percent(real)}, ${ticks} ticks`),
    ),
  );
}

function frame(): Markup[] {
  const marks = [0, 0.25, 0.5, 0.75, 1].flatMap((ratio) => [
    line('grid', [x(ratio), BOX.top], [x(ratio), BOX.bottom]),
    line('grid', [BOX.left, y(ratio)], [BOX.right, y(ratio)]),
    label(percent(ratio), [x(ratio), BOX.bottom + 16], 'middle'),
    label(percent(ratio), [BOX.left - 6, y(ratio) + 4], 'end'),
  ]);
  return [
    ...marks,
    line('ideal', [x(0), y(0)], [x(1), y(1)]),
    label('told probability', [(BOX.left + BOX.right) / 2, BOX.bottom + 34], 'middle'),
    label('how often it came', [BOX.left - 40, BOX.top - 12], 'start'),
  ];
}

/**
 * What was told against what came, in tenths of the probability: on the diagonal a probability means what
 * it says. Bigger dots are of more ticks.
 *
 * @param tally - of one method at one horizon
 */
export function reliability(tally: Tally, horizonH: number): Markup {
  const points = pointsOf(tally);
  const path = linePath(points.map(({ told, real }) => [x(told), y(real)]));
  const told = points
    .map((point) => `told ${percent(point.told)}, came ${percent(point.real)}`)
    .join('; ');
  return drawing(SIZE, `Reliability within ${horizonH} h`, told, [
    ...frame(),
    element('path', { class: 'line six', d: path }),
    ...dots(points),
  ]);
}
