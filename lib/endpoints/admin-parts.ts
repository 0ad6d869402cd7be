import * as z from 'zod';
import { app } from '../app.js';
import { AppError } from '../errors.js';
import type { Change } from '../flows/admin/change.js';
import type { KeyIdentity } from '../http/identity.js';
import { keyEndpoint } from '../http/key-endpoint.js';
import { pathParts } from '../http/path-id.js';
import { deps } from './deps.js';

/** Where all that administrators do lies. */
export const PREFIX = '/api/admin';

/** What all endpoints of administrators share. */
export const ADMIN = { scope: 'admin', routed: ['path'] } as const;

/** The reason of a change. */
export const why = z.string().trim().min(1).max(500);

/** An instant that clocks and databases agree on. */
export const at = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine((instant) => instant.getUTCFullYear() >= 2000 && instant.getUTCFullYear() < 10_000, {
    error: 'an instant lies between the years 2000 and 9999',
  });

/** Who makes a change, and why. */
export const by = ({ name }: KeyIdentity, reason: string | null): Change => ({
  who: name,
  why: reason,
});

/** The id in the path. @throws {AppError} `invalid`: a name in its place must not pass for ended */
export function idOf(url: URL): string {
  const id = z.uuid().safeParse(pathParts(url, PREFIX)[1]);
  if (id.success) return id.data;
  throw new AppError('invalid', 'the path must end with an id: 36 characters of 0-9 a-f and -');
}

/** An endpoint that shows something. */
export const show = (read: (from: ReturnType<typeof app>) => Promise<object>) =>
  keyEndpoint(deps, ADMIN, () => read(app()));

type End = (
  from: ReturnType<typeof app>,
  id: string,
  change: Change,
) => Promise<object | undefined>;

/** An endpoint that ends what has the id in the path. */
export const ending = (end: End) =>
  keyEndpoint(deps, ADMIN, ({ url, identity }) => end(app(), idOf(url), by(identity, null)));
