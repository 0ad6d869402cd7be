import { describe, expect, it } from 'vitest';
import { foldLines, foldWindow } from '../../lib/domain/health/fold.js';
import { MINUTE } from '../../lib/domain/time.js';
import { cutter } from '../bench/foresight/cut-lines.js';
import { faulty } from '../bench/foresight/scenario.js';

describe('cutter', () => {
  it.each(['linear leak', 'slow errors'] as const)(
    'gives the same windows as drawing them anew: %s',
    (kind) => {
      const { samples, startedAt, endedAt } = faulty(kind, 'cut-lines');
      const cut = cutter(samples);
      const options = { intervalS: 60, firstAt: samples[0]?.at ?? null };
      const until = Math.min(endedAt, startedAt + 1000 * MINUTE);
      for (let at = startedAt + 5 * MINUTE; at < until; at += 5 * MINUTE) {
        const seen = samples.filter(({ at: instant }) => {
          return instant.getTime() > at - 60 * MINUTE && instant.getTime() <= at;
        });
        const lines = cut(at - 60 * MINUTE, at);
        expect(foldLines(lines, options)).toEqual(foldWindow(seen, options));
      }
    },
  );

  it('gives nothing where nothing was seen', () => {
    expect(cutter([])(0, 1)).toEqual([]);
  });
});
