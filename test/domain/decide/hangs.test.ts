import { describe, expect, it } from 'vitest';
import { hangs } from '../../../lib/domain/decide/hangs.js';

describe('hangs', () => {
  it.each([
    ['nothing answers, and nothing is sent', 'unknown', 3, true],
    ['two probes prove nothing', 'unknown', 2, false],
    ['a memory from before this was counted', 'unknown', undefined, false],
    ['it sends, whatever it serves', 'healthy', 9, false],
    ['it fails, and goes on sending', 'failing', 9, false],
  ] as const)('%s', (_, state, silentProbes, wanted) => {
    expect(
      hangs({
        assessment: { state },
        memory: silentProbes === undefined ? {} : { silentProbes },
        settings: { breachesToOpen: 3 },
      }),
    ).toBe(wanted);
  });
});
