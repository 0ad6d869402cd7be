import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure } from '../../../../lib/domain/predict/features/joint.js';
import { binned } from './boost/binned.js';
import { learn, QUESTIONS, type Question } from './learn.js';
import { makeRows, type RowJob } from './make-rows.js';
import { readTable } from './table.js';

// A process that makes rows, or learns from them, for another.

/** Learn all questions about one way to fail from the rows in a folder. */
export interface LearnJob {
  readonly learn: Failure;
  readonly questions: readonly Question[];
  readonly folder: string;
  /** Only from components with a number below this. */
  readonly below: number;
}

function learnAll({ learn: failure, questions, folder, below }: LearnJob): void {
  const paths = questions.map((question) => join(folder, `${failure}-${question}.json`));
  // What a run before has learned is not learned again.
  if (paths.every((path) => existsSync(path))) return;
  const table = readTable(folder, failure, below);
  const data = binned(table.columns);
  for (const [i, question] of questions.entries()) {
    const path = paths[i] ?? '';
    writeFileSync(path, JSON.stringify(learn(failure, question, table, data)));
  }
}

/** Questions in the order in which they are learned. */
export const ALL_QUESTIONS = Object.keys(QUESTIONS) as Question[];

process.on('message', (job: RowJob | LearnJob) => {
  if ('learn' in job) learnAll(job);
  else makeRows(job);
  process.send?.('done');
});
process.on('disconnect', () => process.exit(0));
