import { randomBytes, randomUUID } from 'node:crypto';
import { mintKey } from '../security/api-key.js';
import { commandKeys } from '../security/commands.js';
import { Scope } from '../security/scope.js';
import { deriveSecrets } from '../security/secrets.js';
import { fail, helpAsked } from './command-line.js';

const HELP = `npm run key: make a secret, or an API key.

Without FORESTALL_SECRET it prints a new secret to put into the deployment's environment. With one it
prints the public key that agents check commands with, and an API key of some scopes:

  npm run key                    an admin key
  npm run key -- ingest read     a key with these scopes (ingest read deploy operate admin)
`;

function main(): void {
  if (helpAsked(HELP)) return;
  const secret = process.env['FORESTALL_SECRET'];
  if (!secret) {
    console.log(`FORESTALL_SECRET=${randomBytes(32).toString('base64url')}`);
    return;
  }
  const asked = process.argv.slice(2);
  const scopes = Scope.array().safeParse(asked.length === 0 ? ['admin'] : asked);
  if (!scopes.success) throw new Error(`scopes are ${Scope.options.join(', ')}`);
  const secrets = deriveSecrets(secret, []);
  const order = { id: randomUUID(), scopes: scopes.data, expiresAt: null };
  console.log(`FORESTALL_COMMAND_KEY=${commandKeys(secrets.current.commandSeed).publicKey}`);
  console.log(mintKey(order, secrets));
}

try {
  main();
} catch (error) {
  fail(error);
}
