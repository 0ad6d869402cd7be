import { sign } from 'node:crypto';
import type { AppCredential } from './app-credential.js';

/** By how much it is dated back, seconds: GitHub's clock may be behind, and its documentation says 60. */
const BACK_S = 60;

/** For how long it is good, seconds; GitHub takes at most 600 from its own clock on. */
const GOOD_S = 540;

/**
 * Sign what an app proves itself with.
 *
 * @see https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
export function appJwt({ id, key }: AppCredential, now: Date): string {
  const nowS = Math.floor(now.getTime() / 1000);
  const claims = { iat: nowS - BACK_S, exp: nowS + GOOD_S, iss: id };
  const signed = [{ alg: 'RS256', typ: 'JWT' }, claims].map(encoded).join('.');
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
