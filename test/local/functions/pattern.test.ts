import { describe, expect, it } from 'vitest';
import { fitsPattern } from '../../../lib/local/functions/pattern.js';

describe('fitsPattern', () => {
  it.each([
    { pattern: 'api/ingest.ts', path: 'api/ingest.ts', fits: true },
    { pattern: 'api/ingest.ts', path: 'api/ingestXts', fits: false },
    { pattern: 'api/*.ts', path: 'api/ingest.ts', fits: true },
    { pattern: 'api/*.ts', path: 'api/webhooks/x.ts', fits: false },
    { pattern: 'api/**/*.ts', path: 'api/ingest.ts', fits: true },
    { pattern: 'api/**/*.ts', path: 'api/a/b/c.ts', fits: true },
    { pattern: 'api/**/*.ts', path: 'lib/a.ts', fits: false },
    { pattern: 'sql/**', path: 'sql/a/b.sql', fits: true },
    { pattern: 'sql/**', path: 'sqlite', fits: false },
    { pattern: 'api/webhooks/[source].ts', path: 'api/webhooks/[source].ts', fits: true },
    { pattern: 'api/[ab].ts', path: 'api/b.ts', fits: true },
    { pattern: 'api/[ab].ts', path: 'api/c.ts', fits: false },
    { pattern: 'api/{sweep,recover}.ts', path: 'api/recover.ts', fits: true },
    { pattern: 'api/{sweep,recover}.ts', path: 'api/health.ts', fits: false },
    { pattern: 'api/?.ts', path: 'api/a.ts', fits: true },
    { pattern: 'api/(a|b).ts', path: 'api/a.ts', fits: false },
    { pattern: '', path: 'api/a.ts', fits: false },
  ])('of $pattern and $path is $fits', ({ pattern, path, fits }) => {
    expect(fitsPattern(pattern, path)).toBe(fits);
  });
});
