import { describe, expect, it } from 'vitest';
import { Deploy } from '../../../lib/platforms/render/answers.js';
import {
  isKnown,
  leadsTo,
  sameVersion,
  type Version,
  versionOf,
} from '../../../lib/platforms/render/version.js';

const NOTHING: Version = { commit: null, image: null, image_sha: null, artifact_id: null };

const deploy = (given: object) =>
  Deploy.parse({ id: 'd', status: 'live', createdAt: '2026-03-01T00:00:00.123456Z', ...given });

describe('versionOf', () => {
  it.each([
    [{}, {}],
    [{ commit: null, image: null, artifactId: null }, {}],
    [{ commit: {} }, {}],
    [{ commit: { id: 'c' } }, { commit: 'c' }],
    [{ image: { ref: 'i:1', sha: 's' } }, { image: 'i:1', image_sha: 's' }],
    [{ image: { ref: 'i:1' } }, { image: 'i:1' }],
    [{ artifactId: 'a' }, { artifact_id: 'a' }],
  ])('reads %j as %j', (given, version) => {
    expect(versionOf(deploy(given))).toEqual({ ...NOTHING, ...version });
    expect(isKnown(versionOf(deploy(given)))).toBe(Object.keys(version).length > 0);
  });
});

describe('sameVersion and leadsTo', () => {
  it.each([
    [{ commit: 'c' }, { commit: 'c' }, true, true],
    [{ commit: 'c' }, { commit: 'd' }, false, false],
    [{ commit: 'c', artifact_id: 'a' }, { commit: 'c', artifact_id: 'b' }, true, true],
    [{ commit: 'c', artifact_id: 'a' }, { commit: 'd', artifact_id: 'a' }, false, true],
    [{ image: 'i:1' }, { image: 'i:1' }, true, true],
    [{ image: 'i:1' }, { image: 'i:2' }, false, false],
    [{ image: 'i:1', image_sha: 's' }, { image: 'i:1', image_sha: 't' }, false, true],
    [{ image: 'i:1', image_sha: 's' }, { image: 'i:2', image_sha: 's' }, true, true],
    [{ image: 'i:1', image_sha: 's' }, { image: 'i:1' }, true, true],
    [{ commit: 'x' }, { image: 'x' }, false, false],
    [{ artifact_id: 'a' }, { artifact_id: 'a' }, true, true],
    [{ artifact_id: 'a' }, {}, false, false],
    [{}, {}, false, false],
  ])('compare %j with %j: same %s, leading there %s', (one, other, same, leading) => {
    const [a, b] = [
      { ...NOTHING, ...one },
      { ...NOTHING, ...other },
    ];
    expect([sameVersion(a, b), sameVersion(b, a)]).toEqual([same, same]);
    expect([leadsTo(a, b), leadsTo(b, a)]).toEqual([leading, leading]);
  });
});
