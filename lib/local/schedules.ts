import { makeApp } from '../app.js';
import { environmentConfig } from '../config.js';
import { fail, helpAsked } from './command-line.js';
import { scheduleSweeps, sweepCron } from './schedule-sweeps.js';

const HELP = `npm run schedules: create (or replace) the QStash schedules of this deployment.

Needs the deployment's environment: FORESTALL_URL, QSTASH_TOKEN, HEAL_INTERVAL_SECONDS …
`;

async function main(): Promise<void> {
  if (helpAsked(HELP)) return;
  const config = environmentConfig();
  const app = makeApp(config);
  await scheduleSweeps(app.queue, config.settings.intervalS);
  console.log(`sweeps ${config.baseUrl}: ${sweepCron(config.settings.intervalS)}`);
}

main().catch(fail);
