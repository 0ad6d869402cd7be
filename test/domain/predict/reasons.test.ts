import { describe, expect, it } from 'vitest';
import { GROUPS } from '../../../lib/domain/predict/group.js';
import { reasonsOf } from '../../../lib/domain/predict/reasons.js';
import { seriesOf, values, windowOf } from '../series.js';

const flat = values(30, () => 50);
const rising = values(30, (i) => 40 + i);

function reasons(memory: readonly number[], rate: readonly number[], isFailing = false) {
  const window = windowOf({ memory_usage: memory, request_rate: rate });
  return reasonsOf('memory', { series: seriesOf(memory), window, isFailing });
}

describe('reasonsOf', () => {
  it('names every group in the words of the contract', () => {
    const window = windowOf({});
    const of = { series: seriesOf(flat), window, isFailing: false };
    expect(Object.fromEntries(GROUPS.map((group) => [group, reasonsOf(group, of).at(-1)]))).toEqual(
      {
        memory: 'Memory trending to exhaustion',
        disk: 'Disk trending to exhaustion',
        cpu: 'CPU trending to exhaustion',
        pool: 'Connections trending to exhaustion',
        errors: 'Error rate doubling',
        latency: 'Latency degrading',
      },
    );
  });

  it('calls rising memory a leak, but not when traffic rose with it', () => {
    expect(reasons(rising, flat)).toContain('Memory leak detected');
    expect(reasons(rising, rising)).toEqual(['Memory trending to exhaustion']);
  });

  it("asks the document's test of memory that is at its limit already", () => {
    expect(reasons(flat, flat, true)).toEqual(['Memory trending to exhaustion']);
    expect(reasons(rising, flat, true)).toContain('Memory leak detected');
  });
});
