import { createHmac } from 'node:crypto';
import { sameSecret } from './constant-time.js';

/** What a sender shows of itself: its headers, and the body as it came. */
export interface Signed {
  readonly headers: Headers;
  readonly rawBody: string;
  readonly now: Date;
}

/** How far a sender's clock may be from ours, and how long one may take to arrive, seconds. */
const WINDOW_S = 300;

const hmac = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text, 'utf8').digest('hex');

/**
 * Whether Slack has signed a request, within five minutes of now.
 *
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function isSignedBySlack({ headers, rawBody, now }: Signed, secret: string): boolean {
  const timestamp = headers.get('x-slack-request-timestamp') ?? '';
  const shown = headers.get('x-slack-signature') ?? '';
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  const ageS = Math.abs(now.getTime() / 1000 - Number(timestamp));
  const expected = `v0=${hmac(secret, `v0:${timestamp}:${rawBody}`)}`;
  return sameSecret(shown, expected) && ageS <= WINDOW_S;
}

/** Signatures of one request that are looked at: of a rotation there are two. */
const SIGNATURES = 10;

/**
 * Whether PagerDuty has signed a request: while a secret is rotated it shows several signatures, of which
 * one must be ours. It signs no time: a repeat must do no harm.
 *
 * @see https://developer.pagerduty.com/docs/verifying-signatures
 */
export function isSignedByPagerDuty({ headers, rawBody }: Signed, secret: string): boolean {
  const shown = (headers.get('x-pagerduty-signature') ?? '').split(',', SIGNATURES);
  const expected = `v1=${hmac(secret, rawBody)}`;
  return shown.map((one) => sameSecret(one.trim(), expected)).includes(true);
}
