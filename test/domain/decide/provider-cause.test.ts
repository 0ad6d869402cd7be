import { describe, expect, it } from 'vitest';
import { providerCause } from '../../../lib/domain/decide/provider-cause.js';

const why = 'render says: so it is';

describe('providerCause', () => {
  it('blames an outage, tells of a slow provider besides, and blames nobody else', () => {
    expect(providerCause({ kind: 'out', why })).toEqual({
      situation: 'provider',
      cause: why,
      confidence: 'strong',
    });
    expect(providerCause({ kind: 'degraded', why })?.confidence).toBe('weak');
    expect(providerCause({ kind: 'unknown', why })).toBeNull();
    expect(providerCause({ kind: 'well', why })).toBeNull();
  });
});
