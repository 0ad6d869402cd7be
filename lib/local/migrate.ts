import { neon, neonConfig } from '@neondatabase/serverless';
import { environmentConfig } from '../config.js';
import { migrate } from '../store/migrate.js';
import { fail, helpAsked } from './command-line.js';

const HELP = `npm run migrate: bring the schema of DATABASE_URL up to date. Safe to repeat; run it on deploy.
`;

async function main(): Promise<void> {
  if (helpAsked(HELP)) return;
  const { databaseUrl, databaseEndpoint } = environmentConfig();
  if (databaseEndpoint !== null) neonConfig.fetchEndpoint = databaseEndpoint;
  const applied = await migrate(neon(databaseUrl));
  for (const name of applied) console.log(`applied ${name}`);
  console.log(
    applied.length === 0 ? 'the schema is up to date' : `${applied.length} files applied`,
  );
}

main().catch(fail);
