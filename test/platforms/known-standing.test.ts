import { describe, expect, it } from 'vitest';
import type { KnownState, Standing } from '../../lib/domain/decide/known-state.js';
import type { SchemaFit } from '../../lib/domain/decide/schema-changes.js';
import { bestStanding, recordAmong } from '../../lib/platforms/known-standing.js';

const fitOf = (kind: SchemaFit['kind']): SchemaFit => ({ kind, why: `it ${kind}` });

const version = (
  name: string,
  standing: Standing = 'unproven',
  kind: SchemaFit['kind'] | null = null,
) => {
  const schema = kind === null ? null : fitOf(kind);
  return { name, standing, evidence: 'some', schema };
};

describe('bestStanding', () => {
  it.each([
    ['the newest without a record', [version('c'), version('b'), version('a')], 'c'],
    [
      'one proven at comparable load before a newer one that was at less',
      [version('c', 'proven_light'), version('b', 'proven')],
      'b',
    ],
    [
      'one proven at less load before an unknown one',
      [version('c'), version('b', 'proven_light')],
      'b',
    ],
    ['none with a bad record', [version('c', 'bad'), version('b')], 'b'],
    ['nothing where all are bad', [version('c', 'bad'), version('b', 'bad')], undefined],
    [
      'what can run, though it is not proven',
      [version('c', 'unproven', 'unknown'), version('b', 'proven', 'broken')],
      'c',
    ],
    [
      'what has run with the schema of today, past one that cannot',
      [version('c', 'proven', 'broken'), version('b', 'unproven', 'fits')],
      'b',
    ],
    [
      'what cannot run, where nothing can, for the reason to be told',
      [version('c', 'unproven', 'broken'), version('b', 'proven', 'broken')],
      'b',
    ],
  ] as const)('finds %s', (_, candidates, name) => {
    expect(bestStanding(candidates)?.name).toBe(name);
  });

  it('takes what is older than one that cannot run for one that cannot, too, where nobody knows', () => {
    const candidates = [version('c', 'unproven', 'broken'), version('b', 'proven', 'unknown')];
    expect(bestStanding(candidates)).toMatchObject({ name: 'b', schema: { kind: 'broken' } });
  });
});

describe('recordAmong', () => {
  const state = (
    deploymentId: string,
    standing: Standing,
    kind: SchemaFit['kind'] = 'unknown',
  ): KnownState => ({
    deploymentId,
    version: 'v1',
    instances: null,
    lastSeen: new Date(0),
    healthyMinutes: 0,
    incidents: 0,
    standing,
    evidence: `${deploymentId} is ${standing}`,
    schema: fitOf(kind),
  });
  const of = (known: readonly KnownState[], id: string) =>
    recordAmong(known, ({ deploymentId }) => deploymentId === id, 'v1');

  it('is that of the deployment, or a bad one of its version', () => {
    expect(of([state('a', 'proven_light'), state('b', 'proven')], 'a').standing).toBe(
      'proven_light',
    );
    expect(of([state('a', 'unproven'), state('b', 'bad')], 'a')).toMatchObject({
      standing: 'bad',
      evidence: 'b is bad',
    });
    expect(of([], 'a')).toEqual({
      standing: 'unproven',
      evidence: 'the ledger has not seen it',
      schema: null,
    });
  });

  it('fits where any state of the version has run with the schema of today', () => {
    const states = [state('a', 'proven', 'broken'), state('b', 'unproven', 'fits')];
    expect(of(states, 'a').schema?.kind).toBe('fits');
    expect(of(states.slice(0, 1), 'a').schema?.kind).toBe('broken');
  });
});
