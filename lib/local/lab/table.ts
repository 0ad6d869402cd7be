import { columnsText } from '../stage/columns-text.js';
import type { Deed, Outcome } from './outcome.js';
import { type Sum, sumOf } from './sums.js';

const HEAD = ['fault', 'mode', 'true cause', 'named first', '', 'done', 'healed', 'asked', 'lost'];

function seconds(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(1)} s`;
}

const deedText = ({ component, action }: Deed): string => `${action} ${component}`;

function cells(one: Outcome): readonly string[] {
  return [
    one.fault,
    one.mode,
    one.truth,
    one.named === null ? '–' : `${one.named}, ${seconds(one.named_s)}`,
    one.top1 ? 'right' : 'WRONG',
    one.deeds.map(deedText).join(', ') || '–',
    seconds(one.recovered_s),
    one.asked.join(', ') || '–',
    `${one.lost} of ${one.sent}`,
  ];
}

/** What came of one fault, as soon as it is known. */
export function outcomeText(one: Outcome): string {
  const named = one.named === null ? 'nothing was named' : `named ${one.named}`;
  const done = one.deeds.map(deedText).join(', ') || 'nothing';
  const asked = one.asked.length === 0 ? 'nobody' : `a person about ${one.asked.join(', ')}`;
  return `${one.top1 ? 'right' : 'WRONG'}: ${named}; done: ${done}; asked: ${asked}; lost: ${one.lost} of ${one.sent}`;
}

/** A row per fault and mode. */
export function faultsText(outcomes: readonly Outcome[]): string {
  return columnsText([HEAD, ...outcomes.map(cells)]);
}

const SUMS: readonly (readonly [string, (sum: Sum) => string])[] = [
  ['first cause right', ({ top1, faults }) => `${top1} of ${faults}`],
  ['actions on innocent components', ({ onInnocents }) => String(onInnocents)],
  ['wrong actions', ({ wrong }) => String(wrong)],
  ['faults healed', ({ healed, faults }) => `${healed} of ${faults}`],
  [
    'failures prevented',
    ({ prevented, failing }) => (failing === null ? 'not measured' : `${prevented} of ${failing}`),
  ],
  ['mean time to recovery', ({ mttrS }) => seconds(mttrS)],
  ['faults that needed a person', ({ needPerson, faults }) => `${needPerson} of ${faults}`],
  ['requests lost', ({ lost, sent }) => `${lost} of ${sent}`],
];

/** What it comes to, in auto and in observe. */
export function sumsText(outcomes: readonly Outcome[]): string {
  const auto = outcomes.filter(({ mode }) => mode === 'auto');
  const observe = outcomes.filter(({ mode }) => mode === 'observe');
  const columns = [
    ...(auto.length === 0 ? [] : [{ name: 'auto', sum: sumOf(auto, observe) }]),
    ...(observe.length === 0 ? [] : [{ name: 'observe', sum: sumOf(observe, observe) }]),
  ];
  const rows = SUMS.map(([name, text]) => [name, ...columns.map(({ sum }) => text(sum))]);
  return columnsText([['', ...columns.map(({ name }) => name)], ...rows]);
}
