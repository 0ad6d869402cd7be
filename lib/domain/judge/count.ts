import { DAY, HOUR, MINUTE } from '../time.js';
import { judgedRuns, type Run } from './alarm-run.js';
import { bandOf, FAR, toldBand } from './band.js';
import { HORIZONS_H, type Story, type Tick } from './foretold.js';
import type { Tally } from './tally.js';

/** Whether it fails within the horizon from an instant; null where the story ends before that is known. */
function outcome({ failedAt, endedAt, onsetAt }: Story, at: number, horizon: number) {
  if (failedAt === null) return at + horizon > endedAt ? null : 0;
  return failedAt - at <= horizon && at >= (onsetAt ?? 0) ? 1 : 0;
}

function countTicks(tally: Tally, ticks: readonly Tick[], story: Story, h: number): void {
  const horizon = (HORIZONS_H[h] ?? 1) * HOUR;
  for (const { at, within } of ticks) {
    const real = outcome(story, at, horizon);
    if (real === null) continue;
    const told = within[h] ?? 0;
    tally.brier += (told - real) ** 2;
    tally.outcomes += real;
    tally.ticks += 1;
    const bin = tally.bins[Math.min(9, Math.floor(told * 10))];
    if (bin === undefined) continue;
    bin.ticks += 1;
    bin.told += told;
    bin.real += real;
  }
}

function countBand(tally: Tally, { within, likelyS }: Tick, leftMs: number): void {
  const told = toldBand(within);
  const real = bandOf(leftMs);
  const band = tally.bands[real];
  if (told === FAR || leftMs <= 0 || band === undefined) return;
  band.ticks += 1;
  band.right += told === real ? 1 : 0;
  if (likelyS !== null) band.timeErrors.push(Math.abs((likelyS * 1000) / leftMs - 1));
}

function countLead(tally: Tally, ticks: readonly Tick[], run: Run, failedAt: number): void {
  tally.leads.push((failedAt - run.from) / MINUTE);
  for (const tick of ticks) {
    if (tick.at >= run.from && tick.at <= run.to) countBand(tally, tick, failedAt - tick.at);
  }
}

function countFailure(
  tally: Tally,
  ticks: readonly Tick[],
  right: readonly Run[],
  failedAt: number,
): void {
  tally.failures += 1;
  tally.foreseen += right.length > 0 ? 1 : 0;
  for (const run of right) countLead(tally, ticks, run, failedAt);
}

/** Count what a method said of one story, at one horizon. @param h - index of the horizon */
export function count(tally: Tally, story: Story, ticks: readonly Tick[], h: number): void {
  const { failedAt, onsetAt, startedAt, endedAt } = story;
  const judged = judgedRuns(ticks, story, h);
  for (const { verdict } of judged) tally[verdict] += 1;
  const quietUntil = onsetAt ?? endedAt;
  tally.quietAlarms += judged.filter(
    ({ from, verdict }) => verdict !== 'true' && from < quietUntil,
  ).length;
  const right = judged.filter(({ verdict }) => verdict === 'true');
  if (failedAt !== null) countFailure(tally, ticks, right, failedAt);
  if (story.predictable) {
    tally.predictable += 1;
    tally.announced += right.length > 0 ? 1 : 0;
  }
  tally.quietWeeks += ((onsetAt ?? endedAt) - startedAt) / (7 * DAY);
  countTicks(tally, ticks, story, h);
}
