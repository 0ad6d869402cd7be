import { createPrivateKey, type KeyObject } from 'node:crypto';
import { AppError } from '../../errors.js';
import type { VendorOptions } from '../vendor.js';

/** A GitHub App as the environment tells it. */
export interface AppCredential {
  /** The app's id, or its client id. */
  readonly id: string;
  readonly key: KeyObject;
  /** Its installation for all repositories; null where it is looked for by the repository. */
  readonly installationId: string | null;
}

/** Whether a component's credential names an app, and not a token. */
export const namesApp = (credential: string): boolean => /^GITHUB_APP(_|$)/.test(credential);

/**
 * Read an app: `<name>_ID`, `<name>_PRIVATE_KEY` and, optional, `<name>_INSTALLATION_ID`.
 *
 * @param name - what the names of its variables begin with
 * @throws {AppError} `refused` when one is not set or of no use, naming the variable and never its value
 */
export function readApp(secret: VendorOptions['credential'], name: string): AppCredential {
  const id = read(secret, `${name}_ID`, /^[A-Za-z0-9._-]{1,100}$/);
  if (id === null) throw unset(`${name}_ID`);
  return {
    id,
    key: readKey(secret, `${name}_PRIVATE_KEY`),
    installationId: read(secret, `${name}_INSTALLATION_ID`, /^[1-9][0-9]{0,18}$/),
  };
}

function read(secret: VendorOptions['credential'], variable: string, form: RegExp): string | null {
  const held = secret(variable)?.trim();
  if (held === undefined || held === '') return null;
  if (form.test(held)) return held;
  throw new AppError('refused', `${variable} is not such an id: GitHub cannot be called`);
}

const unset = (variable: string): AppError =>
  new AppError('refused', `${variable} is not set: GitHub cannot be called`);

/** A key in PEM (with line ends, or `\n` in their place, as an environment holds it), or its base64. */
function readKey(secret: VendorOptions['credential'], variable: string): KeyObject {
  const held = secret(variable);
  if (held === undefined) throw unset(variable);
  const plain = held.replaceAll('\\n', '\n');
  const pem = plain.includes('-----BEGIN') ? plain : Buffer.from(held, 'base64').toString();
  const key = rsaKey(pem);
  if (key !== null) return key;
  throw new AppError('refused', `${variable} holds no RSA key in PEM, nor its base64`);
}

/** Null where it is none: the error that says why may quote the key. */
function rsaKey(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' ? key : null;
  } catch {
    return null;
  }
}
