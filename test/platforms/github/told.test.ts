import { describe, expect, it } from 'vitest';
import { gitHubDeployment } from '../../support/github/repository.js';
import { asking, BY_DEPLOYMENT, GitHubRig } from '../../support/github/rig.js';

const rig = new GitHubRig();

describe('storedLive', () => {
  // A status every ten seconds, the latest first; created at 00:02:00.
  it.each([
    ['its success, which is not its creation', ['success', 'in_progress', 'queued'], '00:02:30'],
    ['its first success, however often told', ['success', 'success', 'in_progress'], '00:02:20'],
    ['the success it has again', ['success', 'inactive', 'success', 'queued'], '00:02:40'],
    ['a success at once', ['success'], '00:02:10'],
  ])('is live since %s', async (_, states, at) => {
    await rig.restartWith({
      deployments: [gitHubDeployment(1), gitHubDeployment(2, { states })],
    });
    expect(await rig.prepare(asking(BY_DEPLOYMENT))).toMatchObject({
      before: {
        created_at: '2026-03-01T00:02:00.000Z',
        live_from: `2026-03-01T${at}.000Z`,
        newest: 2,
      },
    });
  });
});
