import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isWrapped } from '../../lib/http/wrapped.js';
import { findFunctions } from '../../lib/local/functions/find-functions.js';

const ROOT = path.resolve(import.meta.dirname, '../..');

describe('api', () => {
  it('holds at most twelve functions', async () => {
    const found = await findFunctions(ROOT);
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(12);
  });

  it('exports nothing that did not come from a wrapper', async () => {
    for (const { entrypoint } of await findFunctions(ROOT)) {
      const module: Record<string, unknown> = await import(path.join(ROOT, entrypoint));
      for (const [name, exported] of Object.entries(module)) {
        expect(
          ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
          `${entrypoint} ${name}`,
        ).toContain(name);
        expect(isWrapped(exported), `${entrypoint} ${name}`).toBe(true);
      }
    }
  });
});
