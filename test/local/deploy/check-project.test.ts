import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkProject } from '../../../lib/local/deploy/check-project.js';
import { findFunctions } from '../../../lib/local/functions/find-functions.js';
import { readVercelConfig, VercelConfig } from '../../../lib/local/functions/vercel-config.js';

const ROOT = join(import.meta.dirname, '../../..');

const functions = [
  { route: '/api/a', entrypoint: 'api/a.ts' },
  { route: '/api/hooks/:source', entrypoint: 'api/hooks/[source].ts' },
];

const check = (config: unknown, found = functions): Promise<string[]> =>
  checkProject(VercelConfig.parse(config), found);

describe('checkProject', () => {
  it('finds nothing wrong with this project', async () => {
    const config = await readVercelConfig(ROOT);
    expect(await checkProject(config, await findFunctions(ROOT))).toEqual([]);
  });

  it.each([
    { name: 'nothing', config: {} },
    {
      name: 'rewrites to functions',
      config: {
        rewrites: [
          { source: '/things/:id/:verb', destination: '/api/a' },
          { source: '/all/:path*', destination: '/api/a' },
          { source: '/in/:source/:token', destination: '/api/hooks/:source' },
        ],
      },
    },
    {
      name: 'crons and settings of functions',
      config: {
        crons: [{ path: '/api/a', schedule: '0 3 * * *' }],
        functions: { 'api/hooks/[source].ts': { maxDuration: 1 }, 'api/**/*.ts': {} },
      },
    },
  ])('accepts $name', async ({ config }) => {
    expect(await check(config)).toEqual([]);
  });

  it.each([
    {
      config: { rewrites: [{ source: '/things/:id', destination: '/api/b' }] },
      says: 'the rewrite of /things/:id: /things/x leads to no function',
    },
    {
      config: { crons: [{ path: '/api/b', schedule: '0 3 * * *' }] },
      says: 'the cron: /api/b leads to no function',
    },
    {
      config: { functions: { 'api/b.ts': { maxDuration: 1 } } },
      says: 'functions: api/b.ts fits no file',
    },
  ])('reports that $says', async ({ config, says }) => {
    expect(await check(config)).toEqual([says]);
  });

  it.each([
    { count: 0, says: ['api/ has no function'] },
    { count: 12, says: [] },
    { count: 13, says: ['there are 13 functions, 12 are allowed'] },
  ])('counts $count functions', async ({ count, says }) => {
    const many = Array.from({ length: count }, (_, i) => ({
      route: `/api/f${i}`,
      entrypoint: `api/f${i}.ts`,
    }));
    expect(await check({}, many)).toEqual(says);
  });

  it('throws for a vercel.json that does not compile', async () => {
    const config = { rewrites: [{ source: '/a/:', destination: '/b' }] };
    await expect(check(config)).rejects.toThrow(/^vercel\.json: /);
  });
});
