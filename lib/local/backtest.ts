import { readSettings } from '../config-settings.js';
import { durationText } from '../domain/decide/duration-text.js';
import { SECOND } from '../domain/time.js';
import { accountsText } from './backtest/account-text.js';
import { type Failures, readFailures } from './backtest/failures-file.js';
import { fileInput } from './backtest/file-input.js';
import type { BacktestInput } from './backtest/input.js';
import { judgeAccounts } from './backtest/judge-accounts.js';
import { judgedText } from './backtest/judged-text.js';
import { serveAsLookout } from './backtest/lookout-process.js';
import { type BacktestMode, type BacktestOptions, readOptions } from './backtest/options.js';
import { openPredictions } from './backtest/predictions-file.js';
import { openProgress, type Progress } from './backtest/progress.js';
import { runBacktest } from './backtest/run-backtest.js';
import { openDatabase } from './backtest/stored-database.js';
import { storedInput } from './backtest/stored-input.js';
import { instantText } from './backtest/text.js';
import { fail, helpAsked } from './command-line.js';

const HELP = `npm run backtest: what would Forestall have said and done?

  npm run backtest -- history.csv                     over a file of samples
  npm run backtest -- --from <time> --to <time>       over what DATABASE_URL holds

The live code runs over the history as it would have been seen: at each tick nothing that came later. What
it would do is told and counts towards its limits; history stays as it is.

history.csv has the columns component, at, and one for each metric; instance, too, where several copies
send. Rows may come in any order; an empty field is a missing value. at is ISO 8601 with a zone, or a Unix
time. cpu_usage, memory_usage and the like are percent, error_rate is a ratio, latency_ms milliseconds.

  --limits <file>     {"component": {"metric": {"warn": 80, "fail": 95}}}: what failure means
  --failures <file>   component,at: what really failed; each alarm is judged by it
  --out <file>        one JSON line for each component and tick
  --every <time>      how often to look: 60s, 5m (the default for a file), 1h
  --mode <mode>       automatic (default), approve, observe; own: as each component is configured
  --processes <n>     how many share the work (default: one for each core)

HEAL_… and FORESTALL_SETTINGS count as they do in a deployment.
`;

/** What each tick has come to goes on standard output; how far it has come, on standard error. */
const progress: Progress = openProgress(process.stderr);

async function inputOf(options: BacktestOptions): Promise<BacktestInput> {
  const { source } = options;
  const settings = readSettings(process.env);
  if (source.kind === 'file') {
    return fileInput(source.file, options, settings, (rows) =>
      progress.show(`${rows.toLocaleString('en-US')} rows read`),
    );
  }
  const database = await openDatabase(process.env);
  try {
    return await storedInput(database.sql, { ...options, source }, settings, (done, all) =>
      progress.show(`${done} of ${all} components read`),
    );
  } finally {
    await database.close();
  }
}

const MODE_TEXT: Readonly<Record<BacktestMode, string>> = {
  auto: 'acting automatically',
  approve: 'asking before it acts',
  observe: 'only observing',
  own: 'each component in its own mode',
};

function titleOf(
  { title, histories, toldFrom, to, everyMs }: BacktestInput,
  mode: BacktestMode,
): string {
  const span = `${instantText(new Date(toldFrom))} to ${instantText(new Date(to))}`;
  const count = `${histories.length} ${histories.length === 1 ? 'component' : 'components'}`;
  return `${title}: ${count}, ${span}, a look every ${durationText(everyMs / SECOND)}, ${MODE_TEXT[mode]}`;
}

function failuresOf(options: BacktestOptions, input: BacktestInput): Promise<Failures> | null {
  if (options.failures === null) return null;
  const known = new Set(input.histories.map(({ component }) => component.name));
  return readFailures(options.failures, known);
}

async function backtest(options: BacktestOptions): Promise<void> {
  const input = await inputOf(options);
  const failures = await failuresOf(options, input);
  const out = options.out === null ? null : await openPredictions(options.out);
  const interrupted = (): void => {
    progress.end();
    void Promise.resolve(out?.discard()).finally(() => process.exit(130));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted);
  try {
    const accounts = await runBacktest(input, {
      processes: options.processes,
      out,
      isJudged: failures !== null,
      progress: (done, all) => progress.show(`${done} of ${all} ticks`),
    });
    await out?.keep();
    progress.end();
    console.log(`${titleOf(input, options.mode)}\n\n${accountsText(accounts)}`);
    if (failures !== null) {
      console.log(`\n${judgedText(judgeAccounts(accounts, failures, input.everyMs))}`);
    }
  } catch (error) {
    await out?.discard();
    throw error;
  }
}

async function main(): Promise<void> {
  if (process.argv[2] === '--lookout') return serveAsLookout();
  if (helpAsked(HELP)) return;
  await backtest(readOptions(process.argv.slice(2)));
}

main().catch((error: unknown) => {
  progress.end();
  fail(error);
});
