import { describe, expect, it } from 'vitest';
import { ComponentConfig, PlatformRef } from '../../lib/domain/component.js';

const vercel = { type: 'vercel', project_id: 'prj_abc' };
const github = { type: 'github', repository: 'acme/shop', rollback: { by: 'deployment' } };
const webhook = { type: 'webhook', target: 'shop', actions: ['restart'] };
const neon = {
  type: 'neon',
  project_id: 'cool-sun-123456',
  endpoint_id: 'ep-cool-darkness-123456',
};
const database = { type: 'render_postgres', postgres_id: 'dpg-abc123-a' };
const mcp = { type: 'mcp', server: 'ops', actions: { restart: { tool: 'restart_app' } } };
const byWorkflow = (given: object = {}) => ({
  ...github,
  rollback: { by: 'workflow', workflow: 'rollback.yml', ...given },
});

describe('PlatformRef', () => {
  it.each([
    [vercel, { plan: 'hobby', credential: 'VERCEL_TOKEN' }],
    [{ ...vercel, edge_config: 'ecfg_1a' }, { plan: 'hobby' }],
    [{ ...vercel, team_id: 'team_1', plan: 'pro', credential: 'VERCEL_TOKEN_SHOP' }, {}],
    [github, { environment: 'production', credential: 'GITHUB_TOKEN' }],
    [
      { type: 'fly', app: 'shop-1' },
      { process_group: 'app', credential: 'FLY_API_TOKEN' },
    ],
    [
      { type: 'kubernetes', deployment: 'shop.v1' },
      { cluster: null, namespace: 'default' },
    ],
    [neon, { connection: null, database: null, role: null, credential: 'NEON_API_KEY' }],
    [{ ...neon, connection: 'SHOP_DATABASE_URL', database: 'shop', role: 'app' }, {}],
    [database, { high_availability: false, credential: 'RENDER_API_KEY' }],
    [{ ...database, high_availability: true, credential: 'RENDER_SHOP' }, {}],
    [
      webhook,
      { webhook: null, rolls_back: ['deployment'], drops_duplicates: false, takes_back: false },
    ],
    [{ ...webhook, webhook: 'deploy_bot', drops_duplicates: true }, {}],
    [mcp, { parameters: {}, rest: null, actions: { restart: { arguments: {}, look: null } } }],
    [{ ...mcp, rest: github }, { rest: { credential: 'GITHUB_TOKEN' } }],
    [{ ...github, credential: 'GITHUB_APP' }, { credential: 'GITHUB_APP' }],
    [{ ...github, credential: 'GITHUB_APP_ACME' }, {}],
    [
      { ...github, rollback: { by: 'revert' } },
      { rollback: { base: 'main', merge: false, merge_method: 'merge' } },
    ],
    [{ ...github, rollback: { by: 'revert', base: 'release/2', merge: true } }, {}],
    [byWorkflow(), { rollback: { ref: 'main', version_input: null, inputs: {} } }],
    [byWorkflow({ version_input: 'sha', inputs: { app: 'shop' } }), {}],
  ])('takes %j', (given, defaults) => {
    expect(PlatformRef.parse(given)).toMatchObject(defaults);
  });

  it.each([
    { ...vercel, project_id: 'shop' },
    { ...vercel, project_id: 'prj_a/../b' },
    { ...vercel, team_id: 'acme' },
    { ...vercel, plan: 'free' },
    { ...vercel, edge_config: 'flags' },
    { ...vercel, edge_config: 'ecfg_a/../b' },
    { ...vercel, credential: 'VERCEL_OIDC_TOKEN' },
    { ...vercel, credential: 'RENDER_API_KEY' },
    { ...vercel, credential: 'VERCEL_TOKENS' },
    { ...github, credential: 'FORESTALL_SECRET' },
    { ...github, credential: 'GITHUB_SECRET' },
    { ...github, credential: 'GITHUB_APP_ID' },
    { ...github, credential: 'GITHUB_APP_ACME_PRIVATE_KEY' },
    { ...github, credential: 'GITHUB_APPS' },
    { ...github, rollback: { by: 'revert', base: 'refs/heads/main' } },
    { ...github, rollback: { by: 'revert', base: 'a b' } },
    { ...github, rollback: { by: 'revert', merge_method: 'octopus' } },
    { ...github, repository: 'shop' },
    { ...github, repository: 'acme/..' },
    { ...github, repository: 'acme/shop/more' },
    { ...github, rollback: { by: 'hope' } },
    { type: 'github', repository: 'acme/shop' },
    { type: 'fly', app: '../shop' },
    { type: 'kubernetes', deployment: '../secrets' },
    { type: 'kubernetes', deployment: 'shop', namespace: 'a/b' },
    { type: 'kubernetes', deployment: 'shop', cluster: 'https://k8s.example' },
    { type: 'fly', app: 'shop', credential: 'FLY_APP_NAME' },
    { ...neon, project_id: '../x' },
    { ...neon, endpoint_id: 'br-cool-darkness-123456' },
    { ...neon, endpoint_id: 'ep-a/../b' },
    { ...neon, credential: 'NEON_FETCH_ENDPOINT' },
    { ...neon, connection: 'DATABASE_URL' },
    { ...neon, connection: 'FORESTALL_SECRET' },
    { ...neon, connection: 'postgresql://u:p@ep-a.neon.tech/shop' },
    { ...neon, role: '' },
    { ...database, postgres_id: 'srv-abc123' },
    { ...database, postgres_id: 'dpg-a/../b' },
    { ...database, postgres_id: 'dpg-' },
    { ...database, high_availability: 'yes' },
    { ...database, credential: 'DATABASE_URL' },
    { ...database, service_id: 'srv-abc123' },
    { ...webhook, webhook: 'Deploy-Bot' },
    { ...webhook, actions: [] },
    { ...webhook, actions: ['restart', 'restart'] },
    { ...webhook, actions: ['reboot'] },
    { ...webhook, url: 'https://hooks.example' },
    { ...webhook, target: '' },
    { ...mcp, server: 'https://mcp.example' },
    { ...mcp, server: 'Ops' },
    { ...mcp, actions: { reboot: { tool: 'x' } } },
    { ...mcp, actions: { restart: { tool: 'no tool' } } },
    { ...mcp, actions: { restart: { tool: 'x', arguments: { a: 'x'.repeat(17_000) } } } },
    { ...mcp, parameters: { 'no name': 1 } },
    { ...mcp, rest: mcp },
    byWorkflow({ workflow: '../rollback.yml' }),
    byWorkflow({ workflow: 'rollback.sh' }),
    byWorkflow({ version_input: 'no input' }),
    byWorkflow({ inputs: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`i${i}`, ''])) }),
  ])('refuses %j', (given) => {
    expect(PlatformRef.safeParse(given).success).toBe(false);
  });
});

describe('ComponentConfig', () => {
  it('takes a database that names its connection, and none without', () => {
    const connection = 'SHOP_DATABASE_URL';
    expect(ComponentConfig.parse({}).database).toBeNull();
    expect(ComponentConfig.parse({ database: { ...neon, connection } }).database).toMatchObject({
      connection,
      credential: 'NEON_API_KEY',
    });
    expect(ComponentConfig.safeParse({ database: neon }).success).toBe(false);
    expect(ComponentConfig.safeParse({ database: vercel }).success).toBe(false);
  });
});
