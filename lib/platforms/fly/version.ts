import type { KnownState } from '../../domain/decide/known-state.js';
import { recordAmong, type VersionRecord } from '../known-standing.js';
import type { Machine } from './answers.js';

/** What a machine runs: its image as it was asked for, and the digest that Fly found for it, where it tells one. */
export function versionOf({ config: { image }, image_ref: found }: Machine): string {
  const digest = found?.digest ?? '';
  return digest === '' || image.includes('@') ? image : `${image}@${digest}`;
}

/**
 * What the ledger says of an image: that of all the lives in which it ran. A tag that has meant several things may
 * mean another one again, so it is never proven, and bad as soon as one of them is.
 */
export function recordOfImage(image: string, known: readonly KnownState[]): VersionRecord {
  const own = known.filter((one) => isOf(one, image));
  const versions = new Set(own.map(({ version }) => version));
  const record = recordAmong(own, () => true, null);
  if (versions.size <= 1) return record;
  const standing = own.some((one) => one.standing === 'bad') ? 'bad' : 'unproven';
  return { ...record, standing, evidence: `the tag has meant ${versions.size} images` };
}

/** Whether a state ran an image, as it was asked for. */
export const isOf = ({ version }: KnownState, image: string): boolean =>
  version === image || version.startsWith(`${image}@`);
