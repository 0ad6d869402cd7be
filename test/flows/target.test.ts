import { describe, expect, it } from 'vitest';
import { ComponentConfig, PlatformRef } from '../../lib/domain/component.js';
import { targetOf } from '../../lib/flows/target.js';

const at = (given: object) => PlatformRef.parse(given);
const render = at({ type: 'render', service_id: 'srv-1' });
const vercel = at({ type: 'vercel', project_id: 'prj_1' });
const github = (rollback: object, given: object = {}) =>
  at({ type: 'github', repository: 'acme/shop', rollback, ...given });
const deployment = github({ by: 'deployment' });
const webhook = (given: object = {}) =>
  at({ type: 'webhook', target: 'shop', actions: ['restart'], ...given });
const neon = (given: object = {}) =>
  at({ type: 'neon', project_id: 'p', endpoint_id: 'ep-a', ...given });
const database = (given: object = {}) =>
  at({ type: 'render_postgres', postgres_id: 'dpg-a', ...given });
const restart = { name: 'restart' } as const;
const mcp = (given: object = {}) =>
  at({ type: 'mcp', server: 'ops', parameters: { app: 'shop', zone: 'a' }, ...given });
const behind = (credential: string, service_id = 'srv-1') =>
  mcp({ rest: { type: 'render', service_id, credential } });

describe('targetOf', () => {
  it.each([
    ['names another credential', render, { ...render, credential: 'RENDER_OTHER' }],
    ['raises the plan', vercel, { ...vercel, plan: 'pro' as const }],
    ['names the team', vercel, { ...vercel, team_id: 'team_1' }],
    ['is allowed more', webhook(), webhook({ actions: ['restart', 'scale'] })],
    [
      'writes its parameters in another order',
      mcp(),
      mcp({ parameters: { zone: 'a', app: 'shop' } }),
    ],
    ['renames a token behind it', behind('RENDER_A'), behind('RENDER_B')],
    ['renames the key', neon(), neon({ credential: 'NEON_API_KEY_B' })],
    ['gets a standby', database(), database({ high_availability: true })],
    ['renames the token', deployment, { ...deployment, credential: 'GITHUB_TOKEN_SHOP' }],
  ])('goes to the component as it is now when it only %s', (_, before, platform) => {
    expect(targetOf({ target: before, action: restart }, { platform, database: null })).toEqual({
      target: platform,
      moved: false,
    });
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
    [
      'cluster',
      at({ type: 'kubernetes', deployment: 'a' }),
      at({ type: 'kubernetes', deployment: 'a', cluster: 'b' }),
    ],
    ['database at Render', database(), database({ postgres_id: 'dpg-b' })],
    ['endpoint', neon(), neon({ endpoint_id: 'ep-b' })],
    ['database', neon(), neon({ database: 'shop' })],
    ['app', at({ type: 'fly', app: 'shop' }), at({ type: 'fly', app: 'shop-2' })],
    ['webhook', webhook(), webhook({ webhook: 'other' })],
    ['name at its webhook', webhook(), webhook({ target: 'shop-2' })],
    ['MCP server', mcp(), mcp({ server: 'other' })],
    ['value for its tools', mcp(), mcp({ parameters: { app: 'shop', zone: 'b' } })],
    ['mapping', mcp(), mcp({ actions: { restart: { tool: 'restart_app' } } })],
    ['service behind its MCP server', behind('RENDER_A'), behind('RENDER_A', 'srv-2')],
    ['way back', deployment, github({ by: 'workflow', workflow: 'rollback.yml' })],
    [
      'workflow',
      github({ by: 'workflow', workflow: 'rollback.yml' }),
      github({ by: 'workflow', workflow: 'other.yml' }),
    ],
  ])('stays where it was decided when the component gets another %s', (_, before, platform) => {
    expect(targetOf({ target: before, action: restart }, { platform, database: null })).toEqual({
      target: before,
      moved: true,
    });
  });

  it.each([
    ['the component is gone', render, undefined, { target: render, moved: false }],
    [
      'nothing was kept',
      null,
      { platform: vercel, database: null },
      { target: vercel, moved: false },
    ],
    ['neither is there', null, undefined, { target: { type: 'none' }, moved: false }],
  ])('knows what to do when %s', (_, before, component, found) => {
    expect(targetOf({ target: before, action: restart }, component)).toEqual(found);
  });

  it('looks at the database for its connections, and at the platform for the rest', () => {
    const database = { type: 'neon', project_id: 'p', endpoint_id: 'ep-a' };
    const placed = ComponentConfig.parse({
      platform: render,
      database: { ...database, connection: 'SHOP_DATABASE_URL' },
    });
    const reset = { name: 'reset_database' } as const;
    expect(targetOf({ target: placed.database, action: reset }, placed)).toEqual({
      target: placed.database,
      moved: false,
    });
    expect(targetOf({ target: render, action: restart }, placed).moved).toBe(false);
    expect(targetOf({ target: render, action: reset }, placed)).toEqual({
      target: render,
      moved: true,
    });
  });
});
