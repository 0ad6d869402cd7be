import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';

/** Calls to an installation's API. Both throw `Error` with the refusal's own words. */
export interface Client {
  call(method: string, path: string, body?: object): Promise<unknown>;
  /** A look, made again when the machine was too busy to answer. */
  read(path: string): Promise<unknown>;
}

const Problem = z.object({ code: z.string(), detail: z.string().default('') });

const LIMIT_MS = 20_000;
const LOOKS = 3;

/** Call an installation with one key. */
export function openClient(url: string, key: string): Client {
  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(LIMIT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer: unknown = text === '' ? null : JSON.parse(text);
    if (response.ok) return answer;
    const { code, detail } = Problem.catch({ code: 'unknown', detail: '' }).parse(answer);
    throw new Error(`${method} ${path} answered ${response.status} ${code} ${detail}`.trim());
  }
  async function read(path: string): Promise<unknown> {
    for (let left = LOOKS; left > 1; left -= 1) {
      const found = await call('GET', path).catch(() => null);
      if (found !== null) return found;
      await pause(1000);
    }
    return call('GET', path);
  }
  return { call, read };
}
