import { AppError } from './errors.js';

/** Whether a URL's host is this machine. */
export function isLoopback(url: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}

/** Read the URL in a variable. @throws {AppError} `misconfigured`, naming the variable and never its value */
export function parsedUrl(name: string, value: string): URL {
  if (!URL.canParse(value)) throw new AppError('misconfigured', `${name} is not a URL`);
  return new URL(value);
}

/** An outside address: https, or this machine. No trailing slash. @throws {AppError} `misconfigured` */
export function address(name: string, value: string): string {
  const parsed = parsedUrl(name, value);
  if (parsed.protocol !== 'https:' && !(parsed.protocol === 'http:' && isLoopback(parsed))) {
    throw new AppError('misconfigured', `${name} must be an https address, or one on this machine`);
  }
  return value.replace(/\/+$/, '');
}
