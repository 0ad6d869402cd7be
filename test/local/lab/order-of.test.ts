import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../../lib/local/lab/faults.js';
import { PLANS } from '../../../lib/local/lab/graph.js';
import { elsewhereOf, inOrderOf } from '../../../lib/local/lab/order-of.js';

const names = (faults: readonly { name: string }[]) => faults.map(({ name }) => name);
const SEEDS = Array.from({ length: 50 }, (_, i) => `seed ${i}`);

describe('inOrderOf', () => {
  it('is the same for the same seed, another for another, and leaves nothing out', () => {
    expect(inOrderOf('a', FAULTS)).toEqual(inOrderOf('a', FAULTS));
    expect(names(inOrderOf('a', FAULTS))).not.toEqual(names(inOrderOf('b', FAULTS)));
    expect(names(inOrderOf('a', FAULTS)).sort()).toEqual(names(FAULTS).sort());
    expect(inOrderOf('a', [])).toEqual([]);
  });

  it('keeps faults of one service apart while there are others', () => {
    const [first, ...others] = FAULTS.slice(0, 3);
    const again = first === undefined ? [] : [first, { ...first, name: 'again' }];
    const twice = [...others, ...again];
    for (const seed of SEEDS) {
      const services = inOrderOf(seed, twice).map(({ truth }) => truth.service);
      expect(services.slice(1).filter((one, i) => one === services[i])).toEqual([]);
    }
  });
});

describe('elsewhereOf', () => {
  it('draws another service for each fault that can lie in several, and the truth goes with it', () => {
    const reached = new Set<string>();
    for (const seed of SEEDS) {
      for (const [i, fault] of elsewhereOf(seed, FAULTS).entries()) {
        const listed = FAULTS[i];
        if (listed?.elsewhere.length === 0) {
          expect(fault).toEqual(listed);
          continue;
        }
        expect(fault.truth.service).not.toBe(listed?.truth.service);
        expect(fault.injection).toMatchObject({ service: fault.truth.service });
        reached.add(`${fault.name} ${fault.truth.service}`);
      }
    }
    expect(reached.size).toBe(FAULTS.flatMap(({ elsewhere }) => elsewhere).length);
  });

  it('keeps what needs a database where there is one', () => {
    for (const { truth, elsewhere } of FAULTS.filter((one) => one.name !== 'retry-storm')) {
      if (!truth.situations.includes('database')) continue;
      expect(elsewhere.every((service) => PLANS[service].pool)).toBe(true);
    }
  });
});
