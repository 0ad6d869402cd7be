import { durationText } from '../../domain/decide/duration-text.js';
import type { JudgedRun } from '../../domain/judge/alarm-run.js';
import { figuresOf } from '../../domain/judge/figures.js';
import { HORIZONS_H } from '../../domain/judge/foretold.js';
import type { Tally } from '../../domain/judge/tally.js';
import type { Judged, JudgedAccount, JudgedFailure } from './judge-accounts.js';
import { instantText, listText, numberText, spanText, textTable } from './text.js';

/** How many wrong alarms of a component and horizon are named. */
const NAMED = 5;

function leadText(at: number | null, failedAt: number): string {
  return at === null ? 'missed' : `${durationText((failedAt - at) / 1000)} before`;
}

function failureLine({ failedAt, announcedAt, predictable }: JudgedFailure): string {
  const leads = HORIZONS_H.map(
    (hours, h) => `${hours} h: ${leadText(announcedAt[h] ?? null, failedAt)}`,
  );
  const note = predictable ? '' : '; too soon to be announced';
  return `  failed ${instantText(new Date(failedAt))}  ${leads.join(', ')}${note}`;
}

function wrongLine(runs: readonly JudgedRun[], hours: number): string {
  const texts = runs.map(({ from, to, verdict }) => {
    return `${verdict} ${spanText(new Date(from), new Date(to))}`;
  });
  return `  wrong at ${hours} h  ${listText(texts, NAMED)}`;
}

function accountText({ name, failures, wrong, left }: JudgedAccount): string {
  const others = left.map((at) => instantText(new Date(at)));
  return [
    name,
    ...failures.map(failureLine),
    ...wrong.flatMap((runs, h) => (runs.length === 0 ? [] : [wrongLine(runs, HORIZONS_H[h] ?? 1)])),
    ...(others.length === 0
      ? []
      : [
          `  not judged, outside of the history or part of the failure before: ${listText(others, NAMED)}`,
        ]),
  ].join('\n');
}

function row(tally: Tally, h: number): string[] {
  const of = figuresOf(tally);
  return [
    `${HORIZONS_H[h]} h`,
    ...[of.precision, of.recall, of.f1, of.falsePerWeek].map((value) => numberText(value)),
    numberText(of.medianLeadMin, 0),
    ...[of.timeError, of.brierSkill].map((value) => numberText(value)),
    numberText(of.calibrationError, 3),
    `${tally.true}/${tally.early}/${tally.late}/${tally.false}`,
  ];
}

const HEAD = [
  'horizon',
  'precision',
  'recall',
  'F1',
  'false/week',
  'lead min',
  'time error',
  'Brier skill',
  'calibration',
  'true/early/late/false',
];

/** What was true and what was not, failure by failure, and the judge's table. */
export function judgedText({ accounts, tallies }: Judged): string {
  const told = accounts.filter(
    ({ failures, wrong, left }) =>
      failures.length + left.length > 0 || wrong.some((runs) => runs.length > 0),
  );
  const failed = accounts.reduce((sum, { failures }) => sum + failures.length, 0);
  return [
    `judged by ${failed} ${failed === 1 ? 'failure' : 'failures'}`,
    ...told.map(accountText),
    textTable([HEAD, ...tallies.map(row)]),
  ].join('\n\n');
}
