import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { limitsFor } from '../../../lib/domain/metrics.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';
import { readBackgrounds } from '../../bench/foresight/backgrounds/background.js';
import { reachedAt } from '../../bench/foresight/backgrounds/reaches.js';
import { backgroundJobs } from '../../bench/foresight/jobs.js';
import { storyOf } from '../../bench/foresight/story-of.js';

const at = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/backgrounds/${name}`, import.meta.url));

const source = { file: at('recorded.csv'), failures: null, stretch: 60 };

describe('the recording', () => {
  it('is small, and says where it comes from and under which licence', async () => {
    expect((await stat(source.file)).size).toBeLessThan(300_000);
    const readme = await readFile(at('README.md'), 'utf8');
    for (const { component } of await readBackgrounds(source)) expect(readme).toContain(component);
    expect(readme).toContain('MIT');
  });

  it('stands for more than three days of each component, in which nothing reaches its limit', async () => {
    for (const { samples } of await readBackgrounds(source)) {
      const [first, last] = [samples.at(0), samples.at(-1)].map((one) => one?.at.getTime() ?? 0);
      expect(((last ?? 0) - (first ?? 0)) / 86_400_000).toBeGreaterThan(3);
      const limits = limitsFor(Object.keys(samples[0]?.values ?? {}), {}, DEFAULT_SETTINGS);
      for (const [metric, { fail }] of Object.entries(limits)) {
        expect(reachedAt(samples, { metric, limit: fail, fails: 'at once' })).toBeNull();
      }
    }
  });

  it('takes every fault', async () => {
    const jobs = await backgroundJobs([source], 'recording', 1);
    const stories = await Promise.all(jobs.map(storyOf));
    expect(stories.every((story) => story !== null)).toBe(true);
    expect(new Set(jobs.map(({ kind }) => kind))).toContain('pool filling');
  });
});
