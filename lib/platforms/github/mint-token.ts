import * as z from 'zod';
import { AppError } from '../../errors.js';
import { requestOrNone } from '../request.js';
import type { Vendor } from '../vendor.js';
import { readApp } from './app-credential.js';
import { appJwt } from './app-jwt.js';
import { missingPermissions, type Permissions } from './permissions.js';
import { repositoryPath } from './repository-path.js';

/** What a token is wanted for. */
export interface Wanted {
  /** What the names of the app's variables begin with. */
  readonly credential: string;
  /** `owner/name`: the only repository that the token reaches. */
  readonly repository: string;
  readonly permissions: Permissions;
}

/** A token, fresh from GitHub. */
export interface Minted {
  readonly token: string;
  readonly expiresAt: Date;
  readonly installationId: string;
}

const Installation = z.object({
  id: z.number().int(),
  permissions: z.record(z.string(), z.unknown()),
  suspended_at: z.string().nullish(),
});

const Token = z.object({
  token: z.string().min(1),
  expires_at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
});

/**
 * Have a token made for one repository, with the least permissions; it is good for an hour.
 *
 * Safe to repeat: a further token is all that a repetition makes.
 *
 * @throws {AppError} `refused` when the app is told in no usable form, is not installed on the repository, is
 * suspended, or lacks a permission; else as {@link requestOrNone}
 */
export async function mintToken(vendor: Vendor, wanted: Wanted): Promise<Minted> {
  const { credential, repository, permissions } = wanted;
  const app = readApp(vendor.credential, credential);
  const jwt = appJwt(app, vendor.now());
  const asApp: Vendor = { ...vendor, credential: () => jwt };
  const installationId = app.installationId ?? (await findInstallation(asApp, wanted));
  const call = {
    method: 'POST',
    path: `/app/installations/${installationId}/access_tokens`,
    body: { repositories: [repository.split('/')[1]], permissions },
    credential,
    answers: [404, 422],
    readsOnly: true,
  } as const;
  const { status, data } = await requestOrNone(asApp, call, Token);
  if (data === null) {
    const needed = missingPermissions(permissions, {}).join(', ');
    throw refused(
      wanted,
      status === 404
        ? `there is no installation ${installationId} of it`
        : `its installation does not reach it, or lacks one of the permissions ${needed}`,
    );
  }
  return { token: data.token, expiresAt: data.expires_at, installationId };
}

/** The app's installation that reaches the repository. */
async function findInstallation(asApp: Vendor, wanted: Wanted): Promise<string> {
  const { credential, repository, permissions } = wanted;
  const path = `${repositoryPath(repository)}/installation`;
  const call = { method: 'GET', path, credential, answers: [404] } as const;
  const { data } = await requestOrNone(asApp, call, Installation);
  if (data === null) throw refused(wanted, 'it is not installed there');
  if ((data.suspended_at ?? null) !== null) throw refused(wanted, 'its installation is suspended');
  const missing = missingPermissions(permissions, data.permissions);
  if (missing.length > 0) throw refused(wanted, `it lacks the permission ${missing.join(', ')}`);
  return String(data.id);
}

const refused = ({ credential, repository }: Wanted, why: string): AppError =>
  new AppError('refused', `the GitHub App in ${credential} cannot work on ${repository}: ${why}`);
