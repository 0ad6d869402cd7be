import { fail, helpAsked } from './command-line.js';
import { ACTS } from './demo/acts.js';
import type { Outcome } from './demo/outcome.js';
import { HEAP_MIB, LIMIT_MS, PER_SECOND } from './demo/party.js';
import { runAct } from './demo/run-act.js';
import { DEMO_SETTINGS } from './demo/settings.js';
import { tableText } from './demo/table.js';
import { openApi } from './stage/api.js';
import { openScreen } from './stage/screen.js';
import { startInstallation } from './stage/start-installation.js';
import { type Stop, stoppable } from './stage/stoppable.js';

const HELP = `npm run demo: Forestall on a real service, in three acts, in about two and a half minutes.

Starts the local stack in a temporary folder and, for each act, a real HTTP service twice: once healed by
Forestall (mode auto), once only watched (mode observe). Both get the same fault and the same traffic.
Ends with a table of what was measured. Exit code 0 says that every act was healed before it failed.

  --json        print the table as JSON, too
  --log=FILE    keep the log of Forestall's functions
  --act=NUMBER  play one act only
`;

function option(name: string): string | null {
  const found = process.argv.slice(2).find((one) => one.startsWith(`--${name}=`));
  return found?.slice(name.length + 3) ?? null;
}

function settingsText(): string {
  return Object.entries(DEMO_SETTINGS)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function intro(): string {
  return `Each act runs a service twice: healed by Forestall (mode auto), and left alone (mode observe).
Traffic: ${PER_SECOND} requests a second to each; the process dies at ${HEAP_MIB} MB of heap.
Lost: cut off, answered with an error, or not answered well within ${LIMIT_MS / 1000} s.
Settings (FORESTALL_SETTINGS): ${settingsText()}`;
}

function verdict(outcomes: readonly Outcome[]): string {
  const bad = outcomes.filter(({ why_not }) => why_not.length > 0);
  if (bad.length === 0) return 'Every act was healed before it failed.';
  return bad.map(({ act, why_not }) => `Act ${act} was not: ${why_not.join('; ')}.`).join('\n');
}

async function play(stops: Stop[]): Promise<readonly Outcome[]> {
  const screen = openScreen(process.stdout);
  screen.line('Starting the database, the queue and the functions …');
  const installation = await startInstallation({
    settings: DEMO_SETTINGS,
    logFile: option('log'),
  });
  stops.push(installation.stop);
  for (const line of intro().split('\n')) screen.line(line, 2);
  const api = openApi(installation.url, installation.adminKey);
  const wanted = option('act');
  const outcomes: Outcome[] = [];
  for (const act of ACTS.filter(({ number }) => wanted === null || wanted === String(number))) {
    const onStop = (stop: Stop) => stops.push(stop);
    outcomes.push(await runAct(act, { installation, api, screen, onStop }));
  }
  return outcomes;
}

async function main(): Promise<void> {
  if (helpAsked(HELP)) return;
  await stoppable(async (stops) => {
    const outcomes = await play(stops);
    console.log(`\n${tableText(outcomes)}\n\n${verdict(outcomes)}`);
    if (process.argv.includes('--json')) console.log(JSON.stringify(outcomes, null, 2));
    process.exitCode = outcomes.every(({ why_not }) => why_not.length === 0) ? 0 : 1;
  });
}

main().catch(fail);
