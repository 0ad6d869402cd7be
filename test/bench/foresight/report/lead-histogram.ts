import { drawing, label, line } from './axes.js';
import { element, type Markup } from './markup.js';
import { linear } from './scale.js';

const SIZE = [330, 240] as const;
const BOX = { left: 34, right: 322, top: 18, bottom: 186 } as const;

/** Upper edges of the bars, minutes. */
const EDGES = [10, 20, 30, 60, 120, 240, 480, 1440, 5760] as const;
const NAMES = ['10 m', '20', '30', '1 h', '2', '4', '8', '24', '96'] as const;

/** How many leads lie in each bar. @param leads - minutes, from 5 to four days */
export function leadCounts(leads: readonly number[]): number[] {
  return EDGES.map((edge, i) => {
    const from = EDGES[i - 1] ?? 0;
    return leads.filter((lead) => lead > from && lead <= edge).length;
  });
}

/** How long before the failure the true alarms of one horizon began. */
export function leadHistogram(leads: readonly number[], horizonH: number): Markup {
  const counts = leadCounts(leads);
  const most = Math.max(1, ...counts);
  const width = (BOX.right - BOX.left) / counts.length;
  const y = linear([0, most], [BOX.bottom, BOX.top]);
  const bars = counts.flatMap((count, i) => {
    const left = BOX.left + i * width;
    const upTo = `up to ${NAMES[i]}${i === 0 || i === 3 ? '' : i < 3 ? ' m' : ' h'}`;
    return [
      element(
        'rect',
        { class: 'bar', x: left + 2, y: y(count), width: width - 4, height: BOX.bottom - y(count) },
        element('title', {}, `${upTo}: ${count}`),
      ),
      count === 0 ? [] : [label(String(count), [left + width / 2, y(count) - 4], 'middle')],
      label(NAMES[i] ?? '', [left + width / 2, BOX.bottom + 15], 'middle'),
    ].flat();
  });
  const told = counts.map((count, i) => `up to ${NAMES[i]}: ${count}`).join('; ');
  return drawing(SIZE, `Lead of true alarms within ${horizonH} h`, told, [
    line('axis', [BOX.left, BOX.bottom], [BOX.right, BOX.bottom]),
    ...bars,
    label('before the failure, at most', [(BOX.left + BOX.right) / 2, BOX.bottom + 34], 'middle'),
  ]);
}
