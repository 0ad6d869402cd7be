import type { HealthAnswer, Part } from './answers.js';
import { durationText, type Mark } from './words.js';

/** One line about the installation. */
export interface Fact extends Mark {
  readonly name: string;
}

function partFact(name: string, part: Part): Fact {
  return part.ok
    ? { name, text: 'reachable', tone: 'good' }
    : { name, text: part.why ?? 'cannot be reached', tone: 'bad' };
}

function sweepFact(health: HealthAnswer): Fact {
  const name = 'Last sweep';
  const ageS = health.last_sweep_age_s;
  if (ageS === null) {
    return health.database.ok
      ? { name, text: 'none yet', tone: 'warn' }
      : { name, text: 'unknown', tone: 'bad' };
  }
  // With both parts well, lateness is the one thing left that makes the whole not ok.
  const late = !health.ok && health.database.ok && health.queue.ok;
  const text = `${durationText(ageS)} ago`;
  return late ? { name, text: `${text}: late`, tone: 'bad' } : { name, text, tone: 'good' };
}

function actionFact({ paused, database }: HealthAnswer): Fact {
  const name = 'Automatic action';
  // Without its database Forestall takes itself for paused; it does not know.
  if (!database.ok) return { name, text: 'impossible without the database', tone: 'bad' };
  return paused
    ? { name, text: 'paused: nothing is healed', tone: 'warn' }
    : { name, text: 'on', tone: 'good' };
}

/** Say how the installation itself does. */
export function installationView(health: HealthAnswer): readonly Fact[] {
  return [
    sweepFact(health),
    actionFact(health),
    partFact('Database', health.database),
    partFact('Queue', health.queue),
  ];
}
