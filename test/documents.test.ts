import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');

describe('the documents', () => {
  it.each(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'])(
    'names only paths that exist in %s',
    async (document) => {
      const text = await readFile(path.join(ROOT, document), 'utf8');
      const cited = [...text.matchAll(/`((?:api|lib|sql|test)\/[A-Za-z0-9_./[\]-]+)`/g)]
        .map(([, cite]) => cite ?? '')
        .filter((cite) => !cite.includes('NNNNNN'));
      const links = [...text.matchAll(/\]\(([A-Za-z.]+)\)/g)].map(([, link]) => link ?? '');
      expect([...cited, ...links].filter((one) => !existsSync(path.join(ROOT, one)))).toEqual([]);
    },
  );

  it('names only commands that package.json has', async () => {
    const { scripts } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
    const text = await readFile(path.join(ROOT, 'README.md'), 'utf8');
    const named = [...text.matchAll(/npm run ([a-z:-]+)/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
