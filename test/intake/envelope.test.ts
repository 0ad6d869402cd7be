import { describe, expect, it } from 'vitest';
import { readEnvelope } from '../../lib/intake/envelope.js';

const boot_id = '0b8f8f1e-5c1f-4c1c-9b1c-2f6d7c1e4a10';

describe('readEnvelope', () => {
  it('takes samples of one component', () => {
    expect(readEnvelope({ component: 'shop', samples: [1] })).toEqual({
      component: 'shop',
      samples: [1],
      results: [],
      events: [],
    });
  });

  it('takes an agent’s push without samples, and ignores what a newer one adds', () => {
    const push = { component: 'shop', instance: 'i', boot_id, samples: [], added: true };
    expect(readEnvelope(push)).not.toHaveProperty('added');
  });

  it.each([
    ['no component', { samples: [1] }, 'component'],
    ['a bad component', { component: 'a b', samples: [1] }, 'component'],
    ['samples that are no list', { component: 'a', samples: {} }, 'samples'],
    ['no samples and no agent', { component: 'a', samples: [] }, 'samples'],
    ['a bad boot_id', { component: 'a', instance: 'i', boot_id: 'x', samples: [1] }, 'boot_id'],
    ['an agent without an instance', { component: 'a', boot_id, samples: [1] }, 'instance'],
    ['results without an agent', { component: 'a', samples: [1], results: [1] }, 'boot_id'],
    ['events without an agent', { component: 'a', samples: [1], events: [1] }, 'boot_id'],
    [
      'too many results',
      { component: 'a', instance: 'i', boot_id, samples: [], results: Array(101).fill(1) },
      'results',
    ],
  ])('refuses %s as a whole', (_, value, path) => {
    expect(() => readEnvelope(value)).toThrow(
      expect.objectContaining({
        code: 'invalid',
        details: { issues: [expect.objectContaining({ path })] },
      }),
    );
  });
});
