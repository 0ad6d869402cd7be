import { Refusal } from './refusal.js';

/** What names of queues, schedules and URL groups consist of. */
const NAME = /^[A-Za-z0-9_.-]+$/;

/**
 * Check the name of a queue, schedule or URL group.
 *
 * @param what - the kind of thing, for the sentence
 * @throws {Refusal} 400
 */
export function checkName(what: string, name: string): string {
  if (!NAME.test(name)) {
    throw new Refusal(
      400,
      `${what} name is invalid: only alphanumeric characters, hyphens, periods and underscores`,
    );
  }
  return name;
}

/**
 * Tell a URL from the name of a URL group.
 *
 * @returns the text itself; one that was percent-encoded as a whole is decoded first
 */
export function readDestination(raw: string): string {
  return /^https?%3a/i.test(raw) ? decodeURIComponent(raw) : raw;
}

/** Whether a destination claims to be a URL rather than the name of a URL group. */
export function looksLikeUrl(destination: string): boolean {
  return !NAME.test(destination) || destination.includes('://');
}

/**
 * Check a URL that messages are to be sent to.
 *
 * @param allowAny - whether hosts other than this machine are accepted
 * @throws {Refusal} 400 on anything but http and https, and on a foreign host unless allowed
 */
export function checkUrl(text: string, allowAny: boolean): string {
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (url === null) {
    throw new Refusal(
      400,
      'invalid destination url: endpoint has invalid scheme, add http:// or https://',
    );
  }
  if (!(allowAny || isLoopback(url.hostname))) {
    throw new Refusal(
      400,
      `invalid destination url: ${url.hostname} is not this machine, and this local queue delivers nowhere else`,
    );
  }
  return text;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
