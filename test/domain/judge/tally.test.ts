import { describe, expect, it } from 'vitest';
import { count } from '../../../lib/domain/judge/count.js';
import type { Story, Tick } from '../../../lib/domain/judge/foretold.js';
import { add, noTally } from '../../../lib/domain/judge/tally.js';
import { HOUR, MINUTE } from '../../../lib/domain/time.js';

const failing: Story = {
  startedAt: 0,
  onsetAt: 5 * HOUR,
  failedAt: 10 * HOUR,
  endedAt: 10 * HOUR,
  predictable: true,
};
const quiet: Story = { ...failing, onsetAt: null, failedAt: null, predictable: false };

const ticks = (p: number): Tick[] =>
  Array.from({ length: 100 }, (_, i) => ({
    at: (i + 1) * 6 * MINUTE,
    within: [i > 93 ? p : 0, i > 60 ? p : 0, p],
    likelyS: 3600,
  }));

describe('add', () => {
  it('makes of the tallies of two stories the tally of both, whatever their order', () => {
    for (const h of [0, 1, 2]) {
      const [both, first, second, sum, turned] = Array.from({ length: 5 }, noTally);
      if (!(both && first && second && sum && turned)) throw new Error('no tallies');
      count(both, failing, ticks(0.75), h);
      count(both, quiet, ticks(0.5), h);
      count(first, failing, ticks(0.75), h);
      count(second, quiet, ticks(0.5), h);
      add(sum, first);
      add(sum, second);
      add(turned, second);
      add(turned, first);
      expect(sum).toEqual(both);
      expect(turned).toEqual(both);
      expect(sum.ticks).toBeGreaterThan(0);
    }
  });

  it('counts nothing where nothing was counted, and survives the way between processes', () => {
    const tally = noTally();
    count(tally, failing, ticks(0.75), 0);
    const sent: unknown = JSON.parse(JSON.stringify(tally));
    add(tally, noTally());
    expect(sent).toEqual(tally);
  });
});
