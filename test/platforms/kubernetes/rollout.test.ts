import { describe, expect, it } from 'vitest';
import { Deployment } from '../../../lib/platforms/kubernetes/answers.js';
import { isRollingOut, rolloutOf } from '../../../lib/platforms/kubernetes/rollout.js';
import { deploymentObject } from '../../support/kubernetes/objects.js';

const DONE = { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
const LATE = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' };
const rollout = (status: object | undefined) =>
  rolloutOf(Deployment.parse({ ...deploymentObject('shop:1', 2), status })).kind;

describe('rolloutOf', () => {
  it.each([
    ['all are new and available', DONE, 'done'],
    ['the controller has not seen it', { ...DONE, observedGeneration: 0 }, 'pending'],
    ['nothing is told', undefined, 'pending'],
    ['one is old', { ...DONE, replicas: 3 }, 'pending'],
    ['one is not made yet', { ...DONE, updatedReplicas: 1 }, 'pending'],
    ['one is not available', { ...DONE, availableReplicas: 1 }, 'pending'],
    ['it took too long', { ...DONE, availableReplicas: 1, conditions: [LATE] }, 'failed'],
    [
      'an earlier one took too long',
      { ...DONE, observedGeneration: 0, conditions: [LATE] },
      'pending',
    ],
    [
      'it is slow for another reason',
      { ...DONE, conditions: [{ ...LATE, reason: 'ReplicaSetCreateError' }] },
      'done',
    ],
  ])('when %s is as told', (_, status, kind) => {
    expect(rollout(status)).toBe(kind);
  });
});

describe('isRollingOut', () => {
  it.each([
    ['all is new', DONE, false],
    ['a pod is ill', { ...DONE, availableReplicas: 0 }, false],
    ['one is old', { ...DONE, replicas: 3 }, true],
    ['one is not made yet', { ...DONE, updatedReplicas: 1 }, true],
    ['the controller has not seen it', { ...DONE, observedGeneration: 0 }, true],
    ['it was given up', { ...DONE, updatedReplicas: 1, conditions: [LATE] }, false],
  ])('when %s is as told', (_, status, isRolling) => {
    const deployment = Deployment.parse({ ...deploymentObject('shop:1', 2), status });
    expect(isRollingOut(deployment)).toBe(isRolling);
  });
});
