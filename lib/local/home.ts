import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';

const Secrets = z.strictObject({
  secret: z.string().min(40),
  qstashToken: z.string().min(20),
  currentSigningKey: z.string().min(20),
  nextSigningKey: z.string().min(20),
  cronSecret: z.string().min(20),
  adminKeyId: z.uuid(),
});

/** What a local installation keeps to itself: made once, at its first start. */
export type LocalSecrets = z.infer<typeof Secrets>;

const random = (prefix: string): string => `${prefix}${randomBytes(24).toString('base64url')}`;

function makeSecrets(): LocalSecrets {
  return {
    secret: randomBytes(32).toString('base64url'),
    qstashToken: random('local_'),
    currentSigningKey: random('sig_'),
    nextSigningKey: random('sig_'),
    cronSecret: random('cron_'),
    adminKeyId: randomUUID(),
  };
}

/**
 * Open the data folder of a local installation, and its secrets.
 *
 * @throws {Error} in one line, when the folder cannot be used or its secrets are damaged
 */
export async function openHome(home: string): Promise<LocalSecrets> {
  const file = path.join(home, 'secrets.json');
  try {
    // Others may pass through: the database server runs as another user when we are root.
    await mkdir(home, { recursive: true, mode: 0o711 });
    const made = makeSecrets();
    await writeFile(file, JSON.stringify(made, null, 2), { mode: 0o600, flag: 'wx' });
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new Error(`the data folder ${home} cannot be used: ${(error as Error).message}`);
    }
  }
  const parsed = Secrets.safeParse(parsedJson(await readFile(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error(`${file} is damaged; move it away to have it made anew`);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
