import { writeFileSync } from 'node:fs';
import { fail, helpAsked } from '../../../lib/local/command-line.js';
import { chooseExamples } from './choose-examples.js';
import { exampleOf } from './example.js';
import { backgroundJobs, type Job, type Result, simulatedJobs } from './jobs.js';
import { HELP, type Options, readOptions } from './options.js';
import { type Outcome, outcomeOf } from './outcome.js';
import { page } from './report/page.js';
import { shareOut } from './share-out.js';
import { tablesOf } from './tables.js';

function told(done: number, jobs: number): void {
  if (process.stderr.isTTY || done % 20 === 0) {
    process.stderr.write(`${done} of ${jobs} components\n`);
  }
}

async function jobsOf({ seed, each, days, backgrounds, inject }: Options): Promise<Job[]> {
  return [...simulatedJobs(seed, each, days), ...(await backgroundJobs(backgrounds, seed, inject))];
}

/** The command that comes to the same figures. */
function commandOf({ seed, each, days, backgrounds, inject }: Options): string {
  const [first] = backgrounds;
  const world = `--seed ${seed} --each ${each} --days ${days}`;
  if (first === undefined) return `npm run bench:foresight -- ${world}`;
  const files = backgrounds.map(({ file }) => `--background ${file}`).join(' ');
  const failures = first.failures === null ? '' : ` --failures ${first.failures}`;
  return `npm run bench:foresight -- ${world} ${files}${failures} --inject ${inject} --stretch ${first.stretch}`;
}

async function html(
  options: Options,
  [jobs, results]: readonly [readonly Job[], readonly Result[]],
  { found, totals, judged }: Outcome,
): Promise<string> {
  const [method = 'forestall'] = options.methods;
  const examples = [];
  for (const choice of chooseExamples(jobs, results)) {
    examples.push(await exampleOf(choice, method));
  }
  const command = commandOf(options);
  return page({ seed: options.seed, command, method, totals, found, bars: judged, examples });
}

async function main(): Promise<void> {
  if (helpAsked(HELP)) return;
  const options = readOptions(process.argv.slice(2));
  const { methods, processes } = options;
  const jobs = await jobsOf(options);
  const results = await shareOut(jobs, methods, processes, (done) => told(done, jobs.length));
  const outcome = outcomeOf(jobs, results, methods);
  console.log(`Seed ${options.seed}\n`);
  console.log(tablesOf(outcome.totals, outcome.found, outcome.judged, methods[0] ?? ''));
  if (options.html === null) return;
  writeFileSync(options.html, await html(options, [jobs, results], outcome));
}

main().catch(fail);
