import type { Assessment, Level } from '../assessment.js';
import { LEAST_POINTS } from '../predict/least-points.js';
import type { Settings } from '../settings.js';
import { SECOND } from '../time.js';
import type { Memory } from './memory.js';
import { risingAfter } from './rising.js';
import { levelRank } from './severity.js';

/** Scores kept: as many as the trend looks at. */
const SCORES = 10;

/** A level held by hysteresis, and the calm assessments that may release it. */
type Held = Pick<Memory, 'raised' | 'calm'>;

/**
 * Hold a level: raise at once, release slowly.
 *
 * It is released after `releaseAfter` assessments in a row in which every horizon's probability
 * lies below half of `raiseAt`; one that is not calm starts the count anew.
 */
function held(memory: Memory, assessment: Assessment, settings: Settings): Held {
  const { level, horizons } = assessment.prediction;
  if (level !== null && levelRank(level) >= levelRank(memory.raised)) {
    return { raised: level, calm: 0 };
  }
  if (!seesTrends(assessment)) return { raised: memory.raised, calm: memory.calm };
  // The horizons never decrease: the longest one stands for all.
  const calm = horizons['24h'] < settings.raiseAt / 2 ? memory.calm + 1 : 0;
  if (memory.raised === null) return { raised: null, calm };
  return calm >= settings.releaseAfter
    ? { raised: null, calm: 0 }
    : { raised: memory.raised, calm };
}

/** Whether the window is long enough to see a trend: one that has just begun anew shows none, of course. */
function seesTrends({ samples }: Assessment): boolean {
  return samples >= LEAST_POINTS;
}

/** The probability within the horizon that a level speaks of. */
function probabilityOf(level: Level, { horizons }: Assessment['prediction']): number {
  if (level === 'critical') return horizons['1h'];
  return level === 'high' ? horizons['6h'] : horizons['24h'];
}

/**
 * Whether an assessment calls for action: it fails, or some level is in sight and the raised one is
 * still near.
 */
function isBad({ state, prediction }: Assessment, raised: Level, settings: Settings): boolean {
  if (state === 'failing') return true;
  return prediction.level !== null && probabilityOf(raised, prediction) >= settings.raiseAt / 2;
}

/**
 * Bad assessments in a row. Those that only warned (medium) do not count towards a graver level: an
 * action needs several assessments that would each have called for it.
 */
function badInARow(memory: Memory, assessment: Assessment, raised: Level): number {
  const onlyWarned = levelRank(memory.raised) < levelRank('high') && memory.state !== 'failing';
  const climbs = levelRank(raised) > levelRank(memory.raised) && onlyWarned;
  return climbs && assessment.state !== 'failing' ? 1 : memory.bad + 1;
}

/** What was said, and what was unusual, for the next assessment to go on from. */
function carriedOf(assessment: Assessment): Pick<Memory, 'said' | 'anomalies'> {
  const { anomalyMemory: anomalies, prediction } = assessment;
  return { said: prediction.said ?? null, ...(anomalies === undefined ? {} : { anomalies }) };
}

/** The last scores in time order; a repeated assessment of the same instant replaces its own. */
function ring(before: Memory['scores'], score: number | null, at: number): Memory['scores'] {
  const earlier = before.filter((one) => one.at < at);
  return score === null ? earlier : [...earlier, { at, score }].slice(-SCORES);
}

function recent(changes: Memory['changes'], settings: Settings, at: number): number[] {
  return changes.filter((change) => at - change < settings.flapWindowS * SECOND);
}

/** What was told of a state that is over is forgotten, so that the next time is told again. */
function stillTold(memory: Memory, over: readonly string[]): Memory['told'] {
  return memory.told.filter((what) => !over.includes(what));
}

/**
 * Unknown is neither good nor bad: no streak moves, no level is raised or released. Only the clock
 * of the silence runs.
 */
function rememberUnknown(memory: Memory, settings: Settings, at: number): Memory {
  return {
    ...memory,
    state: 'unknown',
    unknownSince: memory.unknownSince ?? at,
    changes: recent(memory.changes, settings, at),
  };
}

/**
 * The memory of a component after one more assessment.
 *
 * - Bad: it is failing, or a level is in sight and the level held is still near (its own
 *   probability at least half of `raiseAt`). Good: healthy, and no level in sight. What is neither
 *   ends both streaks.
 * - While the window is too short to see a trend, what is not bad is not good either: it releases no
 *   level, closes nothing, and is no change.
 * - A change is a step from bad to not bad or back; those within the flap window are kept.
 * - Failed probes are left as they are: they are counted where probes are made.
 *
 * @param now - the instant of the assessment
 */
export function remember(
  memory: Memory,
  assessment: Assessment,
  settings: Settings,
  now: Date,
): Memory {
  const at = now.getTime();
  if (assessment.state === 'unknown') return rememberUnknown(memory, settings, at);
  const { raised, calm } = held(memory, assessment, settings);
  const bad = isBad(assessment, raised, settings);
  const sees = seesTrends(assessment);
  const good = sees && assessment.state === 'healthy' && assessment.prediction.level === null;
  const streak = bad ? badInARow(memory, assessment, raised) : 0;
  const wasAssessed = memory.state !== 'unknown' || memory.scores.length > 0;
  const changed = wasAssessed && (bad || sees) && bad !== memory.bad > 0;
  const changes = recent(changed ? [...memory.changes, at] : memory.changes, settings, at);
  const over = changes.length < settings.flapChanges ? ['unknown', 'flapping'] : ['unknown'];
  return {
    ...memory,
    scores: ring(memory.scores, assessment.score, at),
    ...carriedOf(assessment),
    bad: streak,
    badAt: streak === 0 ? [] : [...memory.badAt, at].slice(-Math.min(streak, settings.agreeing)),
    good: good ? memory.good + 1 : 0,
    rising: risingAfter(memory.rising, assessment, raised, at),
    raised,
    calm,
    state: assessment.state,
    changes,
    unknownSince: null,
    told: stillTold(memory, over),
  };
}
