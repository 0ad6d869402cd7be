import { type Figures, figuresOf } from '../../../lib/domain/judge/figures.js';
import { HORIZONS_H } from '../../../lib/domain/judge/foretold.js';
import type { Found } from './by-kind.js';
import type { Tallies } from './tallies.js';
import { numberText } from './text-table.js';

/** What is asked of a figure at one horizon. */
interface Bar {
  readonly name: string;
  readonly of: (figures: Figures) => number | null;
  readonly atLeast?: readonly number[];
  readonly atMost?: readonly number[];
}

/** The bars that decide whether predictions may be acted on, at 1, 6 and 24 h. */
const BARS: readonly Bar[] = [
  { name: 'F1', of: ({ f1 }) => f1, atLeast: [0.88, 0.9, 0.82] },
  {
    name: 'false alarms per quiet week',
    of: ({ falsePerWeek }) => falsePerWeek,
    atMost: [0.08, 0.1, 0.15],
  },
  {
    name: 'calibration error',
    of: ({ calibrationError }) => calibrationError,
    atMost: [0.01, 0.01, 0.02],
  },
  { name: 'error of the time', of: ({ timeError }) => timeError, atMost: [0.45, 0.45, 0.45] },
  { name: 'right level', of: ({ rightBand }) => rightBand, atLeast: [0.75, 0.75, 0.75] },
];

/** The least recall, at 1 h, of any kind of fault that can be predicted. */
const LEAST_RECALL = 0.75;

/** A figure against its bar; `met` is null where there is no figure. */
export interface Judged {
  readonly name: string;
  readonly cells: readonly { readonly text: string; readonly met: boolean | null }[];
}

function cellOf(
  value: number | null,
  { atLeast, atMost }: Bar,
  h: number,
): Judged['cells'][number] {
  const [least, most] = [atLeast?.[h], atMost?.[h]];
  const bar = least === undefined ? `≤ ${most}` : `≥ ${least}`;
  const text = `${numberText(value, 3)} (${bar})`;
  if (value === null) return { text, met: null };
  return { text, met: least === undefined ? value <= (most ?? 0) : value >= least };
}

function worstFault(found: readonly Found[], method: string): Judged {
  const recalls = found.flatMap(({ group, kind, tallies }) => {
    const recall = figuresAt(tallies, method, 0)?.recall ?? null;
    return group === 'fault' && recall !== null ? [{ kind, recall }] : [];
  });
  const [worst] = recalls.toSorted((a, b) => a.recall - b.recall);
  const text = worst === undefined ? '–' : `${numberText(worst.recall)} (≥ ${LEAST_RECALL})`;
  const met = worst === undefined ? null : worst.recall >= LEAST_RECALL;
  const none = { text: '', met: null };
  return {
    name: `least recall of a fault${worst === undefined ? '' : `: ${worst.kind}`}`,
    cells: [{ text, met }, none, none],
  };
}

function figuresAt(tallies: Tallies, method: string, h: number): Figures | null {
  const tally = tallies[method]?.[h];
  return tally === undefined ? null : figuresOf(tally);
}

/** Hold one method's figures of a simulated world against the bars. */
export function againstBars(totals: Tallies, found: readonly Found[], method: string): Judged[] {
  const judged = BARS.map((bar) => ({
    name: bar.name,
    cells: HORIZONS_H.map((_, h) => {
      const figures = figuresAt(totals, method, h);
      return cellOf(figures === null ? null : bar.of(figures), bar, h);
    }),
  }));
  return [...judged, worstFault(found, method)];
}
