import { describe, expect, it } from 'vitest';
import { Deployment, Project } from '../../../lib/platforms/vercel/answers.js';
import { liveFrom } from '../../../lib/platforms/vercel/live-from.js';

const at = (second: number) => Date.UTC(2026, 2, 1, 0, 0, second);

const told = (deployment: object, moved: object | null = null) =>
  liveFrom(
    Project.parse({
      autoAssignCustomDomains: true,
      lastAliasRequest: moved && {
        fromDeploymentId: 'dpl_0',
        toDeploymentId: 'dpl_1',
        jobStatus: 'succeeded',
        requestedAt: at(50),
        type: 'promote',
        ...moved,
      },
    }),
    Deployment.parse({ uid: 'dpl_1', name: 'shop', created: at(1), state: 'READY', ...deployment }),
  );

const second = (s: number) => new Date(at(s)).toISOString();

describe('liveFrom', () => {
  it.each([
    ['when it was built', { ready: at(20) }, null, second(20)],
    ['when its domains were assigned', { ready: at(20), aliasAssigned: at(30) }, null, second(30)],
    ['built, where no instant is told', { ready: at(20), aliasAssigned: true }, null, second(20)],
    ['when it was promoted', { ready: at(20), aliasAssigned: at(30) }, {}, second(50)],
    ['not by a promotion of another', { ready: at(20) }, { toDeploymentId: 'dpl_2' }, second(20)],
    ['not by one that failed', { ready: at(20) }, { jobStatus: 'failed' }, second(20)],
    ['by a promotion alone', {}, {}, second(50)],
    ['unknown, which is not its creation', {}, null, null],
    ['unknown where only assignment is told', { aliasAssigned: false }, null, null],
  ])('is %s', (_, deployment, moved, expected) => {
    expect(told(deployment, moved)).toBe(expected);
  });
});
