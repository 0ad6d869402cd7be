import { describe, expect, it } from 'vitest';
import { PlatformRef } from '../../lib/domain/component.js';
import { targetOf } from '../../lib/flows/target.js';

const at = (given: object) => PlatformRef.parse(given);
const render = at({ type: 'render', service_id: 'srv-1' });
const vercel = at({ type: 'vercel', project_id: 'prj_1' });
const github = (rollback: object, given: object = {}) =>
  at({ type: 'github', repository: 'acme/shop', rollback, ...given });
const deployment = github({ by: 'deployment' });
const webhook = (given: object = {}) =>
  at({ type: 'webhook', target: 'shop', actions: ['restart'], ...given });

describe('targetOf', () => {
  it.each([
    ['names another credential', render, { ...render, credential: 'RENDER_OTHER' }],
    ['raises the plan', vercel, { ...vercel, plan: 'pro' as const }],
    ['names the team', vercel, { ...vercel, team_id: 'team_1' }],
    ['is allowed more', webhook(), webhook({ actions: ['restart', 'scale'] })],
    ['renames the token', deployment, { ...deployment, credential: 'GITHUB_TOKEN_SHOP' }],
  ])('goes to the component as it is now when it only %s', (_, before, platform) => {
    expect(targetOf({ target: before }, { platform })).toEqual({ target: platform, moved: false });
  });

  it.each([
    ['platform', render, vercel],
    ['service', render, at({ type: 'render', service_id: 'srv-2' })],
    ['project', vercel, at({ type: 'vercel', project_id: 'prj_2' })],
    ['environment', deployment, github({ by: 'deployment' }, { environment: 'staging' })],
    [
      'process group',
      at({ type: 'fly', app: 'shop' }),
      at({ type: 'fly', app: 'shop', process_group: 'worker' }),
    ],
    ['app', at({ type: 'fly', app: 'shop' }), at({ type: 'fly', app: 'shop-2' })],
    ['webhook', webhook(), webhook({ webhook: 'other' })],
    ['name at its webhook', webhook(), webhook({ target: 'shop-2' })],
    ['way back', deployment, github({ by: 'workflow', workflow: 'rollback.yml' })],
    [
      'workflow',
      github({ by: 'workflow', workflow: 'rollback.yml' }),
      github({ by: 'workflow', workflow: 'other.yml' }),
    ],
  ])('stays where it was decided when the component gets another %s', (_, before, platform) => {
    expect(targetOf({ target: before }, { platform })).toEqual({ target: before, moved: true });
  });

  it.each([
    ['the component is gone', render, undefined, { target: render, moved: false }],
    ['nothing was kept', null, { platform: vercel }, { target: vercel, moved: false }],
    ['neither is there', null, undefined, { target: { type: 'none' }, moved: false }],
  ])('knows what to do when %s', (_, before, component, found) => {
    expect(targetOf({ target: before }, component)).toEqual(found);
  });
});
