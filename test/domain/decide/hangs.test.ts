import { describe, expect, it } from 'vitest';
import { hangs } from '../../../lib/domain/decide/hangs.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';

type State = Parameters<typeof hangs>[0]['assessment']['state'];

const series = (counts: readonly number[]) => ({
  request_count: {
    at: counts.map((_, i) => 60_000 * (i + 1)),
    y: [...counts],
    instance: counts.map(() => 'shop-1'),
  },
});

function isHanging(state: State, silentProbes: number | undefined, counts?: readonly number[]) {
  return hangs({
    assessment: { state },
    window: { series: counts === undefined ? {} : series(counts) },
    memory: silentProbes === undefined ? {} : { silentProbes },
    settings: { breachesToOpen: DEFAULT_SETTINGS.breachesToOpen },
  });
}

describe('hangs', () => {
  it.each([
    ['nothing answers, and nothing is sent', 'unknown', 3, undefined, true],
    ['nothing answers, and nothing has been sent since', 'unknown', 3, [40, 40, 40], true],
    ['two probes prove nothing', 'unknown', 2, undefined, false],
    ['a memory from before this was counted', 'unknown', undefined, undefined, false],
    ['something else sends for it, without a count of requests', 'healthy', 3, undefined, false],
    ['it goes on serving', 'healthy', 9, [40, 0, 38], false],
    ['it fails, and goes on serving', 'failing', 9, [40, 41, 38], false],
    ['it sends, and has served nobody since', 'healthy', 3, [40, 0, 0, 0], true],
  ] as const)('%s', (_, state, silentProbes, counts, wanted) => {
    expect(isHanging(state, silentProbes, counts)).toBe(wanted);
  });
});
