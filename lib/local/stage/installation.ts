import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandKeys } from '../../security/commands.js';
import { deriveSecrets } from '../../security/secrets.js';
import { fail } from '../command-line.js';
import { openHome } from '../home.js';
import { mayEnter, runAs } from '../postgres/run-as.js';
import { startStack } from '../stack.js';

/** What this process tells its parent once everything is up. */
export interface InstallationReport {
  readonly url: string;
  readonly adminKey: string;
  readonly databaseUrl: string;
  readonly commandKey: string;
}

/** A folder that is thrown away, and that the database's user may enter. */
async function makeHome(): Promise<string> {
  const parent = [tmpdir(), '/tmp', '/var/tmp'].find((one) => mayEnter(one, runAs(''))) ?? tmpdir();
  const home = await mkdtemp(join(await realpath(parent), 'forestall-demo-'));
  await chmod(home, 0o711);
  return home;
}

/** What the parent gave the installation beside what every one has. */
function given(): Record<string, string | undefined> {
  const isGiven = (name: string) => /^(ACTION_WEBHOOK|STATUS_FEED)_/.test(name);
  const names = Object.keys(process.env).filter(isGiven);
  return Object.fromEntries(
    ['FORESTALL_SETTINGS', ...names].map((name) => [name, process.env[name]]),
  );
}

/**
 * A whole installation in a process of its own: what `npm start` starts, in a temporary folder. It ends, and
 * takes its folder along, when its parent does or lets go of it.
 */
async function main(): Promise<void> {
  const home = await makeHome();
  const removeHome = () => rm(home, { recursive: true, force: true });
  let isGone = false;
  // What a terminal sends to all of its processes is for the parent alone.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  // A parent that was killed no longer reads the log; the folder must go all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  process.on('disconnect', () => {
    isGone = true;
  });
  const stack = await startStack({
    home,
    port: 0,
    env: given(),
    // Its data is thrown away in a few minutes.
    durable: false,
  }).catch(async (error: unknown) => {
    await removeHome();
    throw error;
  });
  const stop = () =>
    stack
      .stop()
      .then(removeHome)
      .then(() => process.exit(0), fail);
  if (isGone) return stop();
  process.on('disconnect', stop);
  const { secret } = await openHome(home);
  const { url, adminKey, databaseUrl } = stack;
  const commandKey = commandKeys(deriveSecrets(secret, []).current.commandSeed).publicKey;
  const report: InstallationReport = { url, adminKey, databaseUrl, commandKey };
  process.send?.(report);
}

main().catch(fail);
