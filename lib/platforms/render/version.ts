import type { Deploy } from './answers.js';

/** What a deploy runs: what Render shows of its commit, image and build; null where it shows nothing. */
export interface Version {
  readonly commit: string | null;
  readonly image: string | null;
  readonly image_sha: string | null;
  readonly artifact_id: string | null;
}

/** Read the version of a deploy. */
export function versionOf({ commit, image, artifactId }: Deploy): Version {
  return {
    commit: commit?.id ?? null,
    image: image?.ref ?? null,
    image_sha: image?.sha ?? null,
    artifact_id: artifactId ?? null,
  };
}

/** Whether anything at all is known of a version: otherwise it equals nothing and differs from nothing. */
export function isKnown(version: Version): boolean {
  return Object.values(version).some((part) => part !== null);
}

/**
 * Whether two deploys run the same.
 *
 * A commit built twice is the same; an image's tag is not when both digests are known and differ.
 */
export function sameVersion(one: Version, other: Version): boolean {
  for (const part of ['commit', 'image_sha', 'image', 'artifact_id'] as const) {
    if (one[part] !== null && other[part] !== null) return one[part] === other[part];
  }
  return false;
}

/**
 * Whether a deploy may be the way back to a version: it agrees in any part.
 *
 * Looser than {@link sameVersion}, because a rollback pulls a tag again and may get another digest.
 */
export function leadsTo(target: Version, version: Version): boolean {
  return (['commit', 'image_sha', 'image', 'artifact_id'] as const).some(
    (part) => target[part] !== null && target[part] === version[part],
  );
}

/** One text for a version, the same for whatever runs the same; null where nothing is known of it. */
export function versionKey({ commit, image, image_sha, artifact_id }: Version): string | null {
  return commit ?? image_sha ?? image ?? artifact_id;
}
