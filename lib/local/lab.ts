import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { fail, helpAsked } from './command-line.js';
import { FAULTS, titleOf } from './lab/faults.js';
import { LIMIT_MS, PER_SECOND } from './lab/inject.js';
import { openLabApi } from './lab/lab-api.js';
import { type LabOptions, readLabOptions } from './lab/options.js';
import type { Outcome } from './lab/outcome.js';
import { calm, runFault } from './lab/run-fault.js';
import { LAB_SETTINGS } from './lab/settings.js';
import { startDeployer } from './lab/start-deployer.js';
import { registerAll, startGraph } from './lab/start-graph.js';
import { whyNot } from './lab/sums.js';
import { faultsText, sumsText } from './lab/table.js';
import { startLoad } from './stage/load.js';
import { openScreen, type Screen } from './stage/screen.js';
import { startInstallation } from './stage/start-installation.js';
import { type Stop, stoppable } from './stage/stoppable.js';

const HELP = `npm run lab: Forestall on eight real services that call one another, with ${FAULTS.length} faults, one at a time.

Starts the local stack in a temporary folder, a small deployer, and a shop of eight processes. Each fault is
brought in, followed, and taken out again; first with Forestall acting (auto), then only watching (observe).
Ends with what Forestall named as the cause of each, what it did, and what it came to: some 12 minutes.
Exit code 0 says that the first cause was right for at least 10 faults (of fewer than 12: for all), and that
nothing was done to a component in which the fault did not lie.

  --only FAULT   play this fault only; may be repeated, or several with commas
  --mode MODE    auto, observe, or both (the default)
  --seed SEED    the faults in an order of this seed's; without it as listed
  --elsewhere    with --seed: each fault in another service of the seed's choosing, where it can lie in another
  --json         print the outcomes as JSON, too
  --log FILE     keep the log of Forestall's functions

Faults:
${FAULTS.map((fault) => `  ${fault.name.padEnd(20)}${titleOf(fault)}`).join('\n')}
`;

/** History that Forestall has of the graph before anything goes wrong, milliseconds. */
const WARM_MS = 16_000;

/** Start all that the faults are played on. */
async function open(stops: Stop[], screen: Screen, { logFile }: LabOptions) {
  screen.line('Starting the database, the queue, the functions, a deployer and eight services …');
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const deployer = await startDeployer(secret);
  stops.push(deployer.stop);
  const installation = await startInstallation({
    settings: LAB_SETTINGS,
    logFile,
    env: {
      ACTION_WEBHOOK_URL: `${deployer.url}/hook`,
      ACTION_WEBHOOK_SECRET: secret,
      STATUS_FEED_POST: `${deployer.url}/status`,
    },
  });
  stops.push(installation.stop);
  const api = openLabApi(installation.url, installation.adminKey);
  const addresses = await startGraph({ installation, deployer, api });
  const load = startLoad({ url: addresses.edge, perSecond: PER_SECOND, limitMs: LIMIT_MS });
  stops.push(load.stop);
  screen.line(
    `${PER_SECOND} requests a second; lost is what is not answered well within ${LIMIT_MS / 1000} s.`,
  );
  await pause(WARM_MS);
  await calm({ api, screen });
  return { api, deployer, addresses, load, screen };
}

async function play(stops: Stop[], options: LabOptions): Promise<readonly Outcome[]> {
  const stage = await open(stops, openScreen(process.stdout), options);
  const outcomes: Outcome[] = [];
  for (const mode of options.modes) {
    await registerAll(stage.api, stage.addresses, mode);
    for (const fault of options.faults) outcomes.push(await runFault(fault, { ...stage, mode }));
  }
  return outcomes;
}

function tell(outcomes: readonly Outcome[], { isJson }: LabOptions): void {
  console.log(`\n${faultsText(outcomes)}\n\n${sumsText(outcomes)}\n`);
  const bad = whyNot(outcomes);
  console.log(bad.length === 0 ? 'Passed.' : `Not passed: ${bad.join('; ')}.`);
  if (isJson) console.log(JSON.stringify(outcomes, null, 2));
  process.exitCode = bad.length === 0 ? 0 : 1;
}

async function main(): Promise<void> {
  if (helpAsked(HELP)) return;
  const options = readLabOptions(process.argv.slice(2));
  await stoppable(async (stops) => {
    tell(await play(stops, options), options);
  });
}

main().catch(fail);
